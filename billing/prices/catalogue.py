"""The demo catalogue of the fictional provider: what the price book holds when it is new. Staff change it in the admin.

Yen without tax, valid from SINCE. These are the numbers of the public price list; hourly, daily and monthly prices are
not derived from each other.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from billing.prices.tariffs import Tariff

SINCE = date(2019, 10, 1)
TAX_RATES = {"STANDARD": "0.10", "REDUCED": "0.08"}


@dataclass(frozen=True)
class Row:
    """One price: plan code, its names, and the amounts its tariff uses (yen, as text: exact decimals)."""

    plan: str = ""
    ja: str = ""
    en: str = ""
    hourly: str = "0"
    daily: str = "0"
    monthly: str = "0"
    unit: str = "0"
    included: str = "0"


@dataclass(frozen=True)
class Entry:
    """One item with its prices."""

    code: str
    tariff: Tariff
    clause: str
    ja: str
    en: str
    rows: tuple[Row, ...]
    unit_ja: str = ""
    unit_en: str = ""
    direction: str = ""
    pooled: bool = False
    extends: str = ""
    listed: bool = True


def ladder(plan: str, ja: str, en: str, hourly: int, daily: int, monthly: int) -> Row:
    return Row(plan, ja, en, str(hourly), str(daily), str(monthly))


def plain(*yen: int) -> Row:
    """A ladder of something that has no plans."""
    return ladder("", "", "", *yen)


def sizes(*rows: tuple[int, int, int, int]) -> tuple[Row, ...]:
    """Ladders of disks: (GB, hourly, daily, monthly)."""
    return tuple(ladder(f"{gb}gb", f"{gb}GB", f"{gb} GB", *yen) for gb, *yen in rows)


def once(monthly: int) -> tuple[Row, ...]:
    return (Row(monthly=str(monthly)),)


def server(cores: int, memory: int, *yen: int) -> Row:
    return ladder(f"{cores}core-{memory}gb", f"{cores}コア {memory}GB", f"{cores} core {memory} GB", *yen)


def archives() -> Iterator[Row]:
    """Archives cost per started 20 GB: one plan for each size of a disk."""
    for gb in (20, 40, 100, 250, 500, 1000):
        units = -(-gb // 20)
        yield ladder(f"{gb}gb", f"{gb}GB", f"{gb} GB", units, 11 * units, 220 * units)


LADDERS = (
    Entry(
        "server", Tariff.LADDER, "7-2", "サーバ", "Server",
        (server(1, 1, 7, 79, 1595), server(2, 2, 14, 159, 3190), server(2, 4, 19, 209, 4180),
         server(4, 8, 33, 368, 7370), server(6, 12, 52, 578, 11560), server(8, 32, 130, 1430, 28600)),
    ),
    Entry(
        "ssd", Tariff.LADDER, "2-1", "ディスク SSD", "SSD disk",
        sizes((20, 2, 22, 440), (40, 4, 44, 880), (100, 17, 192, 3850), (250, 43, 481, 9625), (500, 87, 962, 19250)),
    ),
    Entry(
        "hdd", Tariff.LADDER, "2-1", "ディスク HDD", "HDD disk",
        sizes((40, 3, 33, 660), (100, 7, 82, 1650), (250, 17, 206, 4125), (500, 35, 412, 8250), (1000, 70, 825, 16500)),
    ),
    Entry("archive", Tariff.LADDER, "2-1", "アーカイブ", "Archive", tuple(archives())),
    Entry("switch", Tariff.LADDER, "2-1", "スイッチ", "Switch", (plain(10, 110, 2200),)),
    Entry(
        "router", Tariff.LADDER, "2-1", "ルータ＋スイッチ", "Router+switch",
        (ladder("100mbps", "100Mbps", "100 Mbps", 25, 275, 5500),
         ladder("250mbps", "250Mbps", "250 Mbps", 75, 825, 16500),
         ladder("500mbps", "500Mbps", "500 Mbps", 150, 1650, 33000),
         ladder("1000mbps", "1000Mbps", "1000 Mbps", 300, 3300, 66000)),
    ),
    Entry("local-router", Tariff.LADDER, "18-1", "ローカルルータ", "Local router", (plain(20, 220, 4400),)),
    Entry("load-balancer", Tariff.LADDER, "2-1", "ロードバランサ", "Load balancer", (plain(15, 165, 3300),)),
)  # fmt: skip

FREE = (
    Entry("bridge", Tariff.FREE, "17-1", "ブリッジ接続", "Bridge connection", (Row(),)),
    Entry("archive-share", Tariff.FREE, "28-2", "アーカイブ共有", "Archive sharing", (Row(),)),
    Entry("beta", Tariff.FREE, "61-1", "β版サービス", "Beta service", (Row(),)),
    Entry("certificate", Tariff.FREE, "78-2", "無料SSL証明書", "Free SSL certificate", (Row(),)),
    Entry("sim.fixed-ip", Tariff.FREE, "40-1", "IPアドレス指定", "Fixed IP", (Row(),)),
    Entry("sim.dns", Tariff.FREE, "40-1", "カスタムDNS", "Custom DNS", (Row(),)),
    Entry("sim.lock", Tariff.FREE, "40-1", "端末ロック", "Device lock", (Row(),)),
)

MONTHS = (
    Entry(
        "address", Tariff.MONTH, "11-3", "追加IPアドレス", "Additional IP addresses",
        (Row("28", "/28（11個）", "/28 (11 usable)", monthly="3300"),
         Row("27", "/27（27個）", "/27 (27 usable)", monthly="6600"),
         Row("26", "/26（59個）", "/26 (59 usable)", monthly="13200")),
    ),
    Entry("hybrid", Tariff.MONTH, "13-1", "ハイブリッド接続", "Hybrid connection", once(11000)),
    Entry("aws", Tariff.MONTH, "23-1", "AWS接続", "AWS connection", once(55000)),
    Entry(
        "tamper", Tariff.MONTH, "15-1", "Web改ざん検知", "Web tamper detection",
        tuple(Row(str(pages), f"{pages}ページ", f"{pages} pages", monthly=str(yen))
              for pages, yen in ((30, 1100), (100, 3300), (300, 8800), (1000, 26400))),
    ),
    Entry("gateway", Tariff.MONTH, "39-1", "モバイルゲートウェイ", "Mobile gateway", once(1980)),
    Entry("mono.adapter", Tariff.MONTH, "56-1", "サービスアダプタ", "Service adapter", once(550)),
    Entry("mono.transfer", Tariff.MONTH, "56-1", "ファイル送受信", "File transfer", once(1100)),
    Entry("sim", Tariff.MONTH_IF_USED, "36-1", "SIM基本利用料", "SIM base fee", once(14)),
    Entry("mono", Tariff.MONTH_IF_USED, "55-1", "プラットフォーム基本利用料", "Platform base fee", once(66)),
    Entry("sim.maintenance", Tariff.SILENT_YEAR, "37-1", "回線維持手数料", "Line maintenance fee", once(110)),
)  # fmt: skip

UNITS = (
    Entry("aws.data", Tariff.UNIT, "24-1", "AWS接続 データ転送", "AWS connection, data", (Row(unit="5"),), "GB", "GB",
          direction="out"),
    Entry(
        "sim.data", Tariff.UNIT, "38-1", "モバイルデータ通信料", "Mobile data",
        (Row(unit="6.6", included="500"),), "MB", "MB", pooled=True,
    ),
    Entry(
        "sim.pack", Tariff.PACK, "38-2", "データパック", "Data pack",
        (Row("3gb", "3GB", "3 GB", monthly="5500", included="3072"),
         Row("20gb", "20GB", "20 GB", monthly="26400", included="20480")),
        extends="sim.data",
    ),
    Entry(
        "sms.2fa", Tariff.UNIT, "70-1", "SMS 2段階認証", "SMS two-step verification",
        (Row(unit="11"),), "通", "SMS",
    ),
    Entry("sms.a2p", Tariff.UNIT, "70-1", "A2P SMS配信", "A2P SMS", (Row(unit="13"),), "通", "SMS"),
)  # fmt: skip

# What is only counted, so that billing knows that something was used (55-2).
COUNTED = (
    Entry("mono.traffic", Tariff.FREE, "55-2", "プラットフォーム通信", "Platform traffic", (Row(),), listed=False),
)

ENTRIES = LADDERS + FREE + MONTHS + UNITS + COUNTED

ISSUER = {
    "name": "株式会社縁側クラウド",
    "registration_number": "T8999000000001",
    "postal_code": "530-0001",
    "address": "大阪府大阪市北区梅田0-0-0",
    "contact": "billing@engawa.example",
}

"""The demo customer's devices: two SIMs in a Mono project, and a beta that she tries."""

from datetime import datetime, timedelta

from stdnum import luhn

from accounts.access import SYSTEM, Actor
from accounts.projects.models import Project
from core.calendar import jst_date
from core.operations.draining import drain
from mobile.betas import actions as betas
from mobile.betas.models import Beta
from mobile.mono import devices, projects, traffic
from mobile.mono.projects import MonoOrder
from mobile.services import BETA, MONO, SIM
from mobile.sims import actions as sims
from mobile.sims import cards, usage
from mobile.sims.actions import SimOrder
from mobile.sims.cards import NewCard
from mobile.sims.models import Card

NAMES = ("倉庫-温度センサ", "店頭-サイネージ")


def connect(project: Project, by: Actor, at: datetime) -> None:
    """She registers SIMs of two devices, puts them into a Mono project, and they send something."""
    stock = [NewCard(body + luhn.calc_check_digit(body), "7431-2208") for body in map(numbered, range(len(NAMES)))]
    cards.bring_in(stock, by=SYSTEM.label, at=at)
    accepted = (*SIM.consents, *MONO.consents)
    registered = [
        sims.register(
            project, Card.objects.get(iccid=card.iccid), SimOrder(name), business_use=True, accepted=accepted, by=by,
            at=at,
        )
        for card, name in zip(stock, NAMES, strict=True)
    ]  # fmt: skip
    drain(at=at + timedelta(minutes=1))
    later = at + timedelta(minutes=10)
    order = MonoOrder("店舗デバイス", "倉庫と店頭の機器", ("stores",))
    mono = projects.create(project, order, business_use=True, accepted=accepted, by=by, at=later)
    for sim in registered:
        grant = devices.add(mono, sim, accepted=accepted, by=by, at=later)
        for day in range(12):
            when = later + timedelta(days=day / 24)
            usage.carried(sim, up=48_000 + 9_000 * day, down=6_000, at=when)
            traffic.carried(grant, 2_400 + 700 * day, at=when)
    try_beta(project, by, later)


def try_beta(project: Project, by: Actor, at: datetime) -> None:
    """A beta that is becoming a regular service, which she tries."""
    day = jst_date(at)
    beta = Beta.objects.create(
        code="device-events", parent=Beta.Parent.CONNECT, title_ja="接続イベント通知", title_en="Connection events",
        summary_ja="SIMが接続・切断したことを、数秒以内にお知らせします。",
        summary_en="Tells you within seconds that a SIM connected or disconnected.",
        opens_on=day, ends_on=day + timedelta(days=60), formal_path="/sims/",
    )  # fmt: skip
    Beta.objects.create(
        code="device-shadow", parent=Beta.Parent.MONO, title_ja="デバイス状態の保管", title_en="Device shadow",
        summary_ja="デバイスの最後の状態を預かり、オフラインのときも読み出せます。",
        summary_en="Keeps the last state of a device, to be read while it is offline.", opens_on=day,
    )  # fmt: skip
    betas.enrol(project, beta, accepted=BETA.consents, by=by, at=at)
    drain(at=at + timedelta(minutes=1))


def numbered(serial: int) -> str:
    """The ICCID of a demo card, without its check digit."""
    return f"898104000{990_000_001 + serial:09d}"

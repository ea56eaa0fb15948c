"""What the demo customer sends by SMS: codes for sign-ins, notices of parcels, a campaign that went wrong."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from accounts.access import SYSTEM, Actor, person
from accounts.projects import actions as projects
from accounts.projects.models import Project
from accounts.users.models import User
from config.demo import people
from config.simulation import Step
from core.calendar import DAY, jst_date, midnight
from core.operations.draining import drain
from core.uploads import Upload
from sms.audience import actions as audience
from sms.audience.models import SenderName
from sms.batches import actions as batches
from sms.batches.models import Batch
from sms.messages import actions as messages
from sms.messages.actions import Text
from sms.resale import actions as resale
from sms.reviews import actions as reviews
from sms.reviews.models import Review
from sms.subscriptions import actions as subscriptions
from sms.subscriptions.models import Kind, Subscription
from sms.supplier import actions as supplier
from sms.supplier.models import Interruption, SupplierNews
from sms.two_factor import actions as codes
from sms.two_factor.actions import CodeOrder

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
CONSENTS = ("sms", "sms-a2p")
CAMPAIGN = "販促キャンペーン"
BUSY = (14, 11, 17, 19, 23, 9, 8, 16, 13, 21, 18, 24, 10, 12)
PARCEL = "【えんがわ商店】{}様、ご注文の品を発送しました。お届けまでしばらくお待ちください。"
NAMES = ("花子", "太郎", "さくら", "一郎", "美咲", "健", "葵", "翔太")


def steps(end: datetime) -> Iterator[Step]:
    """Ten weeks of SMS before `end`."""
    today = midnight(jst_date(end)) + 10 * HOUR
    yield Step(today - 70 * DAY, order)
    yield Step(today - 68 * DAY, approve_names)
    yield Step(today - 20 * DAY, interruption)
    for back, busy in zip(range(13, -1, -1), BUSY, strict=True):
        yield Step(today - back * DAY, lambda at, busy=busy: a_day(busy, at))  # type: ignore[misc]
    yield Step(today - 9 * DAY, campaign)
    yield Step(today - 6 * DAY + HOUR, parcels)
    yield Step(today - 5 * DAY + HOUR, news)
    yield Step(today - 4 * DAY, opt_outs)
    yield Step(today - 3 * DAY, apply_for_resale)
    yield Step(end - 5 * HOUR, odd_numbers)
    yield Step(end - 2 * HOUR, plans)
    yield Step(end - 4 * MINUTE, a_code_under_way)


def hanako() -> Actor:
    return person(User.objects.get(email=people.CUSTOMER))


def project(name: str = "") -> Project:
    rows = Project.objects.select_related("organisation")
    return rows.get(name=name) if name else rows.order_by("pk")[0]


def subscription(kind: str, name: str = "") -> Subscription:
    rows = Subscription.objects.select_related("project__organisation", "contract")
    found: Subscription = rows.get(project=project(name), kind=kind)
    return found


def send(number: str, name: str, at: datetime, **options: object) -> None:
    text = Text(number, PARCEL.format(name), "ENGAWA", **options)  # type: ignore[arg-type]
    messages.send(subscription(Kind.A2P), text, by=hanako(), at=at)


def order(at: datetime) -> None:
    """She orders both kinds and applies for names."""
    for kind in Kind.values:
        subscriptions.order(project(), kind, accepted=CONSENTS, by=hanako(), at=at)
    for name in ("ENGAWA", "AMAZING", "ENGAWA-CS"):
        audience.apply(project(), name=name, by=hanako(), at=at)


def approve_names(at: datetime) -> None:
    """Staff approve her own name, refuse somebody else's, and still look at the third."""
    audience.approve(SenderName.objects.get(name="ENGAWA"), by=SYSTEM, at=at)
    reason = "他社の商標と紛らわしいため、承認できません。"
    audience.refuse(SenderName.objects.get(name="AMAZING"), reason=reason, by=SYSTEM, at=at)


def a_day(busy: int, at: datetime) -> None:
    """Customers sign in with codes, most of which are typed in; some parcels leave."""
    verification = subscription(Kind.TWO_FACTOR)
    for n in range(busy):
        number = f"81{(70, 80, 90)[n % 3]}{20_000_000 + busy * 10_000 + n * 13 + 10}"
        made, code = codes.send(verification, CodeOrder(number, domain="shop.example"), by=hanako(), at=at)
        if n % 7:
            codes.check(made, code, at=at + MINUTE)
    for n in range(busy // 3):
        send(f"8190{40_000_000 + busy * 10_000 + n * 7 + 10}", NAMES[n % len(NAMES)], at)
    drain(at=at + MINUTE)


def interruption(at: datetime) -> None:
    """A carrier upstream is down for two hours (73-1)."""
    reason = "通信事業者の設備障害のため、一部の番号への送信を中断しています。"
    supplier.interrupt(kind="", reason=reason, by=SYSTEM, at=at)
    supplier.resume(Interruption.objects.get(), by=SYSTEM, at=at + 2 * HOUR)


def campaign(at: datetime) -> None:
    """Another project sends to a bought list: most numbers don't exist, staff look and restrict bulk sending (72-1)."""
    projects.create(project().organisation, name=CAMPAIGN, by=hanako(), at=at)
    a2p = subscriptions.order(project(CAMPAIGN), Kind.A2P, accepted=CONSENTS, by=hanako(), at=at)
    for n in range(60):
        text = Text(f"8190{3_000 + n:04}{'0001' if n % 3 else '1234'}", "【期間限定】全品半額セール開催中！")
        messages.send(a2p, text, by=hanako(), at=at + MINUTE)
    drain(at=at + 2 * MINUTE)
    reviews.look(a2p, at=at + 5 * MINUTE)
    reason = "短時間に大量の不達が発生しています。宛先の取得経路をお知らせください。"
    reviews.restrict(Review.objects.get(), "BULK", reason=reason, by=SYSTEM, at=at + 2 * HOUR)
    reviews.enter(a2p, "通信事業者より、迷惑広告の申告3件。", by=SYSTEM, at=at + DAY)


def parcels(at: datetime) -> None:
    """A bulk sending with merge fields."""
    batch = prepare("発送のお知らせ", 40, at)
    batches.release(batch, by=hanako(), at=at + 5 * MINUTE)
    drain(at=at + 6 * MINUTE)


def prepare(name: str, rows: int, at: datetime, extra: str = "") -> Batch:
    lines = [f"0804{1_000 + n:04}{500 + n:03},{NAMES[n % len(NAMES)]}" for n in range(rows)]
    content = "\n".join(["電話番号,氏名", *lines, extra]).encode("cp932")
    text = PARCEL.format("{{氏名}}")
    a2p = subscription(Kind.A2P)
    return batches.prepare(a2p, name=name, content=content, template=text, sender="ENGAWA", by=hanako(), at=at)


def news(at: datetime) -> None:
    """The supplier changes something (76-1)."""
    text = "提供元の設備更新にともない、送信元の共通番号が変わります。お手続きは不要です。"
    row = SupplierNews(title="共通番号の変更について", text=text, effective_on=jst_date(at + 40 * DAY))
    supplier.announce(row, by=SYSTEM, at=at)


def opt_outs(at: datetime) -> None:
    """Two customers ask her on the telephone, one answers STOP."""
    for number in ("819055550123", "818055550456"):
        audience.opt_out(project(), number, by=hanako(), at=at)
    send("817055550789", "健", at)
    drain(at=at + MINUTE)
    audience.replied("817055550789", "", "STOP", by=SYSTEM, at=at + HOUR)


def apply_for_resale(at: datetime) -> None:
    """Her tenants want to send under their own names; we have approved it, the supplier has not yet (71-1)."""
    document = Upload("登記事項証明書.pdf", "application/pdf", b"%PDF-1.4\n% a registry copy of the demo\n")
    body = "当社のショッピングモールに出店する12社が、発送のお知らせを送信します。"
    made = resale.apply(project(), body=body, files=[document], accepted=CONSENTS, by=hanako(), at=at)
    resale.approve(made, by_supplier=False, by=SYSTEM, at=at + DAY)


def odd_numbers(at: datetime) -> None:
    """One message of each fate: not delivered, refused, unknown, without a report."""
    for last, name in zip("1256", NAMES, strict=False):
        send(f"81904321000{last}", name, at)
    drain(at=at + MINUTE)


def plans(at: datetime) -> None:
    """Some wait for a later day, one is stopped; of three bulk sendings one waits, one is stopped, one is a preview."""
    for number, name in (("819077770011", "翔太"), ("819077770022", "葵"), ("819077770033", "美咲")):
        send(number, name, at, due_at=at + 3 * DAY)
    stopped = subscription(Kind.A2P).messages.get(destination="819077770022")
    messages.stop(stopped, by=hanako(), at=at + MINUTE)
    audience.opt_out(project(), "819077770033", by=hanako(), at=at + MINUTE)
    batches.release(prepare("週末セールのご案内", 25, at), due_at=at + DAY, by=hanako(), at=at + MINUTE)
    mistaken = prepare("【誤】在庫のお知らせ", 12, at)
    batches.release(mistaken, due_at=at + DAY, by=hanako(), at=at + MINUTE)
    batches.stop(mistaken, by=hanako(), at=at + 2 * MINUTE)
    wrong = "03-1234-5678,会社\n110,警察\n080-4100-0500,重複\n090-5555-0123,停止希望"
    prepare("年末年始のお知らせ", 18, at, extra=wrong)


def a_code_under_way(at: datetime) -> None:
    """A code that nobody has typed in yet."""
    order = CodeOrder("819012340010", domain="shop.example", minutes=10)
    codes.send(subscription(Kind.TWO_FACTOR), order, by=hanako(), at=at)
    drain(at=at + MINUTE)

"""What the demo customer did in 14 months: a written story of real actions."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

from accounts.access import SYSTEM, Actor, person
from accounts.bulk import actions as bulk
from accounts.levels import POWER
from accounts.members import actions as members
from accounts.members.actions import Rights
from accounts.organisations import actions as organisations
from accounts.organisations.actions import Particulars
from accounts.organisations.models import Organisation
from accounts.projects.models import Project
from accounts.users.models import User
from billing.coupons import actions as coupons
from billing.means import hybrid as means
from billing.other_services import actions as others
from billing.passports import actions as passports
from billing.payments import actions as payments
from billing.payments.drivers import simulated as bank
from billing.payments.models import CardSetup
from billing.prices import actions as prices
from billing.prices.models import Item
from compute.archives import actions as images
from compute.archives import sharing
from compute.archives.actions import ImageOrder
from compute.archives.models import Archive
from compute.disks import actions as disks
from compute.disks.actions import DiskOrder
from compute.disks.models import Disk
from compute.drivers.models import SimulatedFault
from compute.incidents import actions as incidents
from compute.library import actions as keys
from compute.load_balancers import actions as balancers
from compute.load_balancers.actions import BalancerOrder
from compute.networks.hybrid import actions as hybrids
from compute.networks.hybrid.actions import HybridOrder
from compute.networks.switches import actions as switches
from compute.networks.switches.actions import SwitchOrder
from compute.servers import actions as servers
from compute.servers.actions import ServerOrder
from compute.servers.bulk import SERVERS
from compute.servers.models import Server
from compute.services import ARCHIVE_SHARE
from compute.zones import DiskPlan, ServerPlan, Zone
from config.demo import certificates, messaging, networks, people, platform
from config.simulation import Step
from core.calendar import DAY, Month, jst_date, midnight
from core.operations.draining import drain

PUBLIC_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJSe9BBJ4n0kHyvJNVFmnDMIRd7BqNgqB7hKQ4p0aZcD hanako"
Act = Callable[[datetime], object]


def steps(start: datetime, end: datetime) -> Iterator[Step]:
    """The story from `start` (the 1st of a month) to `end`."""
    first = Month.of(start)

    def on(month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
        return midnight(first.plus(month).day(day)) + timedelta(hours=hour, minutes=minute)

    yield Step(start, sign_up)
    yield Step(on(0, 1, 10), register_card)
    yield Step(on(0, 1, 11), lambda at: order("web-prod-01", "2core-4gb", "is1b", "ssd", 40, ("web", "prod"), at))
    yield Step(on(0, 2, 14), lambda at: order("db-primary", "4core-8gb", "is1b", "ssd", 100, ("db", "prod"), at))
    yield Step(on(0, 6, 9), lambda at: order("batch-weekly", "6core-12gb", "is1a", "hdd", 100, ("batch",), at))
    yield Step(on(2, 12, 16), lambda at: order("web-prod-02", "2core-4gb", "is1b", "ssd", 40, ("web", "prod"), at))
    yield Step(on(4, 8, 10), lambda at: order("campaign-lp", "2core-2gb", "tk1a", "ssd", 20, ("campaign",), at))
    yield Step(on(5, 27, 18), lambda at: remove("campaign-lp", at))
    yield Step(on(6, 3, 11), invite_colleague)
    yield Step(on(7, 19, 3), lambda at: grow("db-primary", "8core-32gb", at))
    yield Step(on(8, 4, 14), buy_passport)
    yield Step(on(9, 1, 13), lambda at: order("bastion", "1core-1gb", "tk1b", "ssd", 20, ("ops",), at))
    yield Step(on(10, 15, 15), lambda at: order("dev-sandbox", "1core-1gb", "is1b", "ssd", 20, ("dev",), at))
    yield Step(on(10, 22, 19), lambda at: stop("dev-sandbox", at))
    yield Step(on(11, 25, 19), lambda at: stop("bastion", at))
    yield Step(on(11, 5, 9), redeem_coupon)
    yield Step(on(12, 2, 9), lambda at: archive_disk("web-prod-01", "web-golden", at))
    yield Step(on(12, 3, 9), lambda at: share_archive("web-golden", at))
    yield Step(on(11, 9, 10), connect_rack)
    yield Step(on(12, 10, 10), balance)
    yield Step(on(12, 11, 10), lambda at: networks.build(project(), hanako(), at))
    yield Step(on(12, 12, 10), lambda at: networks.peer(project(), hanako(), at))
    yield Step(on(13, 5, 9), lambda at: platform.connect(project(), hanako(), at))
    yield Step(on(12, 10, 11), lambda at: certificates.secure(project(), hanako(), at))
    yield Step(on(13, 16, 10), lambda at: certificates.hope(project(), hanako(), at))
    yield Step(on(13, 18, 5), power_failure)
    yield Step(end - timedelta(hours=30), lambda at: networks.reach_aws(project(), hanako(), at))
    yield Step(end - timedelta(hours=52), announce_price)
    yield Step(end - timedelta(hours=30), announce_maintenance)
    yield Step(on(13, 2, 10), lambda at: order("mail-relay", "1core-1gb", "tk1b", "ssd", 20, ("mail",), at))
    yield Step(on(13, 3, 21), lambda at: stop("mail-relay", at))
    yield Step(on(13, 4, 8), lambda at: fail_to_start("mail-relay", at))
    yield Step(end - timedelta(hours=3), try_out_stopping)
    yield from messaging.steps(end)
    yield from weekly_batch(first.plus(0).day(8), end)


def weekly_batch(first: date, end: datetime) -> Iterator[Step]:
    """Every Saturday evening the batch server runs for nine hours; the rest of the week it is stopped."""
    yield Step(midnight(date(first.year, first.month, 7)) + timedelta(hours=9), lambda at: stop("batch-weekly", at))
    day = first + timedelta(days=(5 - first.weekday()) % 7)
    while midnight(day) < end:
        yield Step(midnight(day) + timedelta(hours=20), lambda at: start("batch-weekly", at))
        yield Step(midnight(day + DAY) + timedelta(hours=5), lambda at: stop("batch-weekly", at))
        day += 7 * DAY


def hanako() -> Actor:
    return person(User.objects.get(email=people.CUSTOMER))


def project() -> Project:
    return Project.objects.select_related("organisation").order_by("pk")[0]


def server(name: str) -> Server:
    alive = Server.objects.alive().select_related("project__organisation", "zone", "plan", "contract")
    found: Server = alive.get(name=name)
    return found


def sign_up(at: datetime) -> None:
    """Hanako signs up her company."""
    people.staff()
    user = people.person(people.CUSTOMER, "山田 花子")
    who = Particulars(
        name="株式会社えんがわ商店", kind=Organisation.Kind.CORPORATE, billing_name="株式会社えんがわ商店 経理部",
        postal_code="060-0001", address="北海道札幌市中央区北一条西1-1", phone="011-000-0000",
    )  # fmt: skip
    organisations.apply(who, by=person(user), at=at)


def register_card(at: datetime) -> None:
    """She picks a test card at the simulated bank; with it the customer is accepted (AM-27)."""
    setup = payments.begin(project().organisation, accepted=True, by=hanako(), at=at)
    drain(at=at)
    setup = CardSetup.objects.get(pk=setup.pk)
    bank.Simulated().pick(setup.gateway_ref, "visa")
    payments.check(setup, by=hanako(), at=at)
    drain(at=at)
    keys.create(project(), name="hanako-laptop", public_key=PUBLIC_KEY, by=hanako(), at=at)


def archive_disk(name: str, archive: str, at: datetime) -> None:
    """She archives the disk of a server, which is stopped for that."""
    servers.stop(server(name), by=hanako(), at=at)
    drain(at=at + timedelta(minutes=1))
    disk = Disk.objects.select_related("project__organisation", "zone", "server").get(name=name)
    wanted = ImageOrder(archive, disk.zone, tags=("web",))
    disks.make_archive(disk, wanted, by=hanako(), at=at + timedelta(minutes=2))
    drain(at=at + timedelta(minutes=8))
    servers.start(server(name), by=hanako(), at=at + timedelta(minutes=9))
    drain(at=at + timedelta(minutes=10))
    blank = ImageOrder("installer", disk.zone, 5)
    images.create_cdrom(project(), blank, by=hanako(), at=at + timedelta(minutes=11))
    drain(at=at + timedelta(minutes=11))


def balance(at: datetime) -> None:
    """She puts a load balancer before her web servers."""
    webs = [server("web-prod-01"), server("web-prod-02")]
    balancer = balancers.create(project(), BalancerOrder("web-lb", webs[0].zone, tags=("web",)), by=hanako(), at=at)
    balancers.listen(balancer, 80, "http", by=hanako(), at=at)
    for web in webs:
        balancers.add_target(balancer, str(web.address), 80, by=hanako(), at=at)
    for minute in range(1, 4):
        drain(at=at + timedelta(minutes=minute))


def connect_rack(at: datetime) -> None:
    """She ties a switch to her rack; the fees are paid with the bill of her VPS."""
    company = project().organisation
    rack = others.claim(company, "HOUSING", "HS-20418", by=hanako(), at=at)
    vps = others.claim(company, "VPS", "VPS-77031", by=hanako(), at=at)
    others.claim(company, "DEDICATED", "DS-5512", by=hanako(), at=at)
    for found in (rack, vps):
        others.attest(found, by=SYSTEM, at=at + timedelta(hours=2))
    wanted = SwitchOrder("office-lan", Zone.objects.get(code="is1b"), default_route="192.168.10.1", mask_length=24)
    switch = switches.create(project(), wanted, by=hanako(), at=at + timedelta(hours=3))
    order = HybridOrder("to-rack", switch, rack, "ラックA-12、ポート3", tags=("office",))
    hybrids.create(project(), order, by=hanako(), at=at + timedelta(hours=3))
    means.choose(company, "OTHER_BILL", vps, by=hanako(), at=at + timedelta(hours=4))


def share_archive(name: str, at: datetime) -> None:
    """She shares it with a partner."""
    archive = Archive.objects.select_related("project__organisation", "zone", "contract").get(name=name)
    sharing.share(archive, accepted=ARCHIVE_SHARE.consents, by=hanako(), at=at)


def order(name: str, plan: str, zone: str, disk: str, size: int, tags: tuple[str, ...], at: datetime) -> None:
    """She orders a server with a disk of Ubuntu and starts it."""
    place = Zone.objects.get(code=zone)
    ubuntu = Archive.objects.get(zone=place, name__startswith="Ubuntu")
    wanted = DiskOrder(name, place, DiskPlan.objects.get(code=disk), size, ubuntu)
    plan_row = ServerPlan.objects.get(code=plan)
    servers.create(project(), ServerOrder(name, place, plan_row, wanted, True, name, "", tags), by=hanako(), at=at)


def start(name: str, at: datetime) -> None:
    servers.start(server(name), by=hanako(), at=at)


def stop(name: str, at: datetime) -> None:
    servers.stop(server(name), by=hanako(), at=at)


def try_out_stopping(at: datetime) -> None:
    """She picks all her servers and looks which could be stopped."""
    verb = SERVERS.verb("stop")
    rows = SERVERS.rows(hanako(), project()).order_by("name")
    bulk.resume(bulk.begin(SERVERS, verb, rows, project=project(), by=hanako(), at=at), at=at)


def remove(name: str, at: datetime) -> None:
    """She stops a server and deletes it with its disk."""
    stop(name, at)
    drain(at=at)
    gone = server(name)
    servers.delete(gone, with_disks=list(gone.disks.all()), by=hanako(), at=at + timedelta(minutes=5))


def grow(name: str, plan: str, at: datetime) -> None:
    """In a maintenance night she stops a server, gives it a larger plan and starts it again."""
    stop(name, at)
    drain(at=at)
    later = at + timedelta(minutes=10)
    servers.change_plan(server(name), ServerPlan.objects.get(code=plan), by=hanako(), at=later)
    servers.start(server(name), by=hanako(), at=later)


def announce_price(at: datetime) -> None:
    """Staff announce that a disk becomes cheaper the month after next; she is told what it means for her."""
    amounts = prices.Amounts(hourly=Decimal(4), daily=Decimal(42), monthly=Decimal(840))
    prices.revise(Item.objects.get(pk="ssd"), "40gb", amounts, since=Month.of(at).plus(2).first_day, by=SYSTEM, at=at)


def fail_to_start(name: str, at: datetime) -> None:
    """The host of a server has a bad day."""
    text = "The host could not allocate memory."
    SimulatedFault.objects.create(call="power_on", ref=f"server-{server(name).pk}", error="Rejected", text=text)
    start(name, at)


def buy_passport(at: datetime) -> None:
    """The shop's web servers run all year, so a passport pays off (10-1)."""
    company = project().organisation
    passports.buy(company, "2core-4gb", 12, business_use=True, accepted=True, by=hanako(), at=at)


def redeem_coupon(at: datetime) -> None:
    """Staff thank the customer with a coupon of 3,000 yen."""
    last_day = Month.of(at).plus(11).last_day
    _batch, [code] = coupons.make("Thanks", count=1, amount=3_000, expires_on=last_day, by=SYSTEM, at=at)
    coupons.redeem(project().organisation, code, by=hanako(), at=at)


def power_failure(at: datetime) -> None:
    """A rack of is1b lost its power for three quarters of an hour in the night."""
    report = incidents.Report(
        cause="FAULT", zone=Zone.objects.get(code="is1b"), title_ja="石狩第2ゾーン：一部サーバの停止",
        title_en="is1b: some servers were down", text_ja="ラックの電源設備の故障により、一部のサーバが停止しました。",
        text_en="A power unit of a rack failed, and some servers were down.", starts_at=at - timedelta(minutes=75),
        ends_at=at - timedelta(minutes=30),
    )  # fmt: skip
    incidents.record(report, [server("web-prod-01"), server("db-primary")], by=SYSTEM, at=at)


def announce_maintenance(at: datetime) -> None:
    """Staff announce a night's work on the network of is1b."""
    begins = midnight(jst_date(at) + 7 * DAY) + timedelta(hours=2)
    report = incidents.Report(
        cause="MAINTENANCE", zone=Zone.objects.get(code="is1b"), title_ja="石狩第2ゾーン：ネットワーク機器の更新",
        title_en="is1b: network equipment is replaced", text_ja="作業中、数分間の通信断が発生します。",
        text_en="Connections break for some minutes during the work.", starts_at=begins,
        ends_at=begins + timedelta(hours=2),
    )  # fmt: skip
    incidents.record(report, [server("web-prod-02")], by=SYSTEM, at=at)


def invite_colleague(at: datetime) -> None:
    """Taro joins, to start and stop servers."""
    user = people.person(people.COLLEAGUE, "佐藤 太郎")
    rights = Rights(levels={project().pk: POWER})
    members.add(project().organisation, user, rights, by=SYSTEM, at=at)

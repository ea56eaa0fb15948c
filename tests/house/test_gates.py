"""Deny by default: every route has a gate, nobody gets in unasked, strangers find nothing and change nothing."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.access import SYSTEM, Actor
from accounts.bulk import actions as bulk
from accounts.bulk.models import BulkRun
from accounts.cases import actions as cases
from accounts.members import invitations
from accounts.members.actions import Rights
from accounts.notices import hooks
from accounts.notices.models import Notice
from accounts.projects.models import Project
from billing import credit_notes
from billing.alerts import actions as alerts
from billing.credit_notes import Credit
from billing.invoices import closing as invoices
from billing.invoices.models import Invoice
from billing.papers import bundles
from billing.papers import tasks as papers
from billing.papers.models import Receipt
from billing.payments import actions as payments
from compute.archives import actions as archives
from compute.archives import sharing
from compute.archives.actions import ImageOrder
from compute.archives.models import Archive
from compute.disks import actions as disks
from compute.disks.models import Disk
from compute.library import actions as keys
from compute.load_balancers import actions as balancers
from compute.load_balancers.actions import BalancerOrder
from compute.pauses.models import PauseCase
from compute.servers import actions as servers
from compute.servers.bulk import SERVERS
from compute.services import ARCHIVE_SHARE
from config.demo.scenario import PUBLIC_KEY
from core.calendar import Month
from core.operations.draining import drain
from core.web import has_gate
from mobile.betas import actions as betas
from mobile.data_packs import actions as packs
from sms.audience import actions as audience
from sms.batches import actions as batches
from sms.resale import actions as resale
from sms.two_factor import actions as two_factor
from sms.two_factor.actions import CodeOrder
from tests import make
from tests.billing import paying
from tests.billing.test_passports import bought
from tests.certificates.conftest import balancer_of
from tests.certificates.conftest import ordered as ordered_certificate
from tests.compute import hybrids, local_routers, networks
from tests.compute.conftest import disk_order, server_order
from tests.house.routes import Route, ours, routes
from tests.make import MORNING
from tests.mobile import world as mobile
from tests.mobile.test_betas import beta
from tests.sms.conftest import CONSENTS, PHONE, ordered

# Pages that anybody may open; viewing_stop only ends what staff began.
PUBLIC = {
    "healthz", "readyz", "set_language", "asset", "theme", "terms", "clause", "prices", "styleguide", "invitation",
    "status", "incident",
    "deadlines_feed",
    "gateway_events",
    "acme_answer",
    "viewing_stop",
}  # fmt: skip


HOOK = "https://hooks.example.jp/"


def test_every_route_has_a_gate() -> None:
    without = [route.pattern for route in routes() if not has_gate(route.view)]

    assert without == []


def test_only_these_pages_are_public() -> None:
    public = {route.name for route in ours() if route.gate == "public"}

    assert public - PUBLIC == set()


@pytest.mark.django_db
def test_anonymous_visitors_are_sent_to_sign_in(client: Client) -> None:
    closed = [route for route in ours() if route.gate != "public" and not route.gate.startswith("api")]
    assert len(closed) > 20

    for route in closed:
        for method in (client.get, client.post):
            answer = method(reverse(route.name, args=route.examples))
            # 405: a verb that only takes POST; it has not looked at anything.
            assert answer.status_code in (302, 405), route.name
            if answer.status_code == 302:
                assert answer["Location"].startswith("/account/login/"), route.name


@pytest.fixture
def belongings(project: Project, alice: Actor, alice_user: Any) -> dict[str, list[Any]]:
    """One of each thing Alice has, by the first word of the routes that are about it."""
    server = servers.create(project, server_order(disk=disk_order()), by=alice, at=MORNING)
    drain(at=MORNING)
    server.refresh_from_db()
    case = PauseCase.objects.create(
        server=server, stopped_since=MORNING, limit_on=MORNING.date(), state_changed_at=MORNING
    )
    invited = invitations.invite(project.organisation, "dora@example.jp", Rights(), by=alice, at=MORNING)
    key, _secret = make.api_key(project)
    talk = cases.open(project.organisation, topic="QUESTION", title="Hello", body="?", by=alice, at=MORNING)
    paying.card(project.organisation)
    passport = bought(project.organisation)
    disk = server.disks.get()
    march = Month.of(MORNING)
    invoices.close(march, at=march.end + timedelta(hours=6))
    invoice = Invoice.objects.get(organisation=project.organisation_id)
    note = credit_notes.issue(invoice, [Credit(1, 1)], reason="?", by=SYSTEM, at=march.end + timedelta(hours=7))
    papers.issue_receipts(march.end + timedelta(hours=8))
    drain(at=march.end + timedelta(hours=9))
    zipped = bundles.ask(project.organisation, march.year, by=alice, at=march.end + timedelta(hours=9))
    return {
        "server": [server.number],
        "disk": [disk.number],
        "balancer": [balancers.create(project, BalancerOrder("lb", disk.zone), by=alice, at=MORNING).number],
        "archive": [shared_archive(disk, alice).number],
        "certificate": [ordered_certificate(balancer_of(project, by=alice), by=alice).number],
        "cdrom": [archives.create_cdrom(project, ImageOrder("c", disk.zone, 5), by=alice, at=MORNING).number],
        **network_belongings(project, server, alice),
        "bulk": [bulk_run(project, alice).number],
        "ssh": [keys.create(project, name="k", public_key=PUBLIC_KEY, by=alice, at=MORNING).number],
        "pause": [case.number],
        "project": [project.number],
        "member": [project.organisation.members.get(user=alice_user).pk],
        "invitation": [invited.pk],
        "api": [key.token],
        "case": [talk.number],
        "invoice": [invoice.number],
        "paper": [note.label],
        "credit": [note.number],
        "receipt": [Receipt.objects.get(organisation=project.organisation_id).number],
        "bundle": [zipped.uuid],
        "notice": [Notice.objects.filter(user=alice_user).first().uuid],  # type: ignore[union-attr]
        "webhook": [hooks.add(project.organisation, url=HOOK, topics=["MONEY"], by=alice, at=MORNING)[0].uuid],
        "alert": [alerts.add(project.organisation, 5000, by=alice, at=MORNING)[0].uuid],
        **sms_belongings(project, alice),
        **mono_belongings(project, alice),
        "beta": [betas.enrol(project, beta(), accepted=("beta",), by=alice, at=MORNING).number],
        "pack": [packs.order(project, "3gb", by=alice, at=MORNING).number],
        "passport": [passport.number],
        "contract": [server.contract.number],
        "claim": [server.contract.number, "2026-03"],
        "card": [payments.begin(project.organisation, accepted=True, by=alice, at=MORNING).uuid],
    }


def shared_archive(disk: Disk, alice: Actor) -> Archive:
    """An archive of the disk, shared."""
    archive = disks.make_archive(disk, ImageOrder("a", disk.zone), by=alice, at=MORNING)
    drain(at=MORNING)
    sharing.share(archive.refreshed(), accepted=ARCHIVE_SHARE.consents, by=alice, at=MORNING)
    return archive


def bulk_run(project: Project, alice: Actor) -> BulkRun:
    """A bulk action that waits for her word."""
    rows = SERVERS.rows(alice, project)
    run = bulk.begin(SERVERS, SERVERS.verb("start"), rows, project=project, by=alice, at=MORNING)
    bulk.at_once(run, by=alice, at=MORNING)
    return run


def network_belongings(project: Project, server: Any, alice: Actor) -> dict[str, list[Any]]:
    """One of each thing of networks."""
    router = networks.router(project, by=alice)
    block = router.blocks.get()
    return {
        "switch": [networks.switch(project, by=alice).number],
        "router": [router.number],
        "block": [block.number],
        "address": [block.number, str(block.network[4])],
        "filter": [networks.packet_filter(project, by=alice).number],
        "bridge": [networks.bridge(project, by=alice).number],
        "interface": [server.interfaces.get().number],
        "hybrid": [hybrids.hybrid(project).number],
        **local_belongings(project, alice),
        "other": [hybrids.service(project.organisation, reference="vps-2").number],
    }


def local_belongings(project: Project, alice: Actor) -> dict[str, list[Any]]:
    """A local router that names another one."""
    one, other = (local_routers.local_router(project, name, by=alice) for name in ("one", "other"))
    return {
        "aws": [local_routers.aws(one, by=alice).number],
        "local": [one.number],
        "peer": [local_routers.named(one, other, by=alice).number],
    }


def sms_belongings(project: Project, alice: Actor) -> dict[str, list[Any]]:
    """One of each thing of SMS."""
    a2p, codes = ordered(project, "A2P", by=alice), ordered(project, "TWO_FACTOR", by=alice)
    csv = b"number\n09012345678"
    batch = batches.prepare(a2p, name="b", content=csv, template="Hello", by=alice, at=MORNING)
    code, _otp = two_factor.send(codes, CodeOrder(PHONE), by=alice, at=MORNING)
    return {
        "sms": [a2p.number],
        "text": [code.message.uuid],
        "code": [code.uuid],
        "batch": [batch.number],
        "sender": [audience.apply(project, name="Garden", by=alice, at=MORNING).number],
        "optout": [audience.opt_out(project, PHONE, by=alice, at=MORNING).number],
        "resale": [resale.apply(project, body="?", files=[], accepted=CONSENTS, by=alice, at=MORNING).number],
    }


def mono_belongings(project: Project, alice: Actor) -> dict[str, list[Any]]:
    """A SIM, a Mono project and a device ID."""
    sim = mobile.registered(project, by=alice)
    mono = mobile.mono_project(project, by=alice)
    grant = mobile.granted(sim, mono, by=alice)
    return {"sim": [sim.number], "mono": [mono.number], "device": [grant.device.number]}


def is_page(route: Route) -> bool:
    """Not the APIs, whose routes tests/api tries; not the texts that everybody agrees to alike."""
    return not route.gate.startswith("api") and route.name not in ("consent", "sms_order")


def fingerprint() -> dict[str, Any]:
    """The content of every table but the sessions."""
    tables = [t for t in connection.introspection.table_names() if not t.startswith(("django_session", "usersessions"))]
    with connection.cursor() as cursor:
        seen = {}
        for table in tables:
            cursor.execute(f'SELECT count(*), md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM "{table}" t')
            seen[table] = cursor.fetchone()
    return seen


@pytest.mark.django_db
def test_a_stranger_finds_nothing_and_changes_nothing(belongings: dict[str, list[Any]], charlie_client: Client) -> None:
    about = [route for route in ours() if route.parameters and route.gate != "public" and is_page(route)]
    unknown = [route.name for route in about if route.name.partition("_")[0] not in belongings]
    assert unknown == [], "say in `belongings` what these routes are about"
    before = fingerprint()

    for route in about:
        own = belongings[route.name.partition("_")[0]]
        address = reverse(route.name, args=[*own, *route.examples[len(own) :]])
        for method in (charlie_client.get, charlie_client.post):
            assert method(address).status_code in (404, 405), (route.name, method)

    assert fingerprint() == before

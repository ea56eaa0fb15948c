"""Pages of disks, archives, CD-ROM images and sharing, through the front door."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.access import Actor
from accounts.audit.models import AuditEvent
from accounts.cases.models import Case
from accounts.projects.models import Project
from billing.contracts.models import Contract
from compute.archives import actions as archives
from compute.archives.models import Archive, ArchiveShare, Cdrom
from compute.disks import actions as disks
from compute.disks.models import Disk, DiskSettings
from compute.servers import actions as servers
from compute.servers.models import Server
from core.operations.draining import drain
from core.operations.models import Operation
from tests.api.conftest import work
from tests.compute.conftest import disk_order, server_order
from tests.compute.test_archives import order
from tests.compute.test_server_pages import fresh
from tests.make import MORNING, NOON

DISK = {"name": "data", "zone": "is1b", "size": "ssd-20", "archive": "Ubuntu Server 24.04 LTS"}


@pytest.fixture
def disk(project: Project, alice: Actor) -> Disk:
    made = disks.create(project, disk_order("data", size_gb=40), by=alice, at=MORNING)
    drain(at=MORNING)
    return made.refreshed()


@pytest.fixture
def archive(disk: Disk, alice: Actor) -> Archive:
    made = disks.make_archive(disk, order(), by=alice, at=MORNING)
    drain(at=MORNING)
    return made.refreshed()


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Disk, Archive, Cdrom, Contract, Operation, AuditEvent))


def shown(client: Client, thing: object) -> str:
    return client.get(thing.get_absolute_url()).content.decode()  # type: ignore[attr-defined]


def test_a_disk_is_ordered_with_what_is_written_into_it(alice_client: Client) -> None:
    wanted = {"host_name": "web", "password": "correct horse", "key_only": "on", "script": "#!/bin/sh\r\necho hi\r\n"}
    form = {**DISK, **fresh(alice_client, "/disks/new"), **wanted}

    answer = alice_client.post("/disks/new", form)

    made = Disk.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, made.get_absolute_url())
    settings = DiskSettings.objects.get(disk=made)
    assert (settings.host_name, settings.scripts, settings.password_login) == ("web", ["#!/bin/sh\necho hi\n"], False)
    work()
    assert DiskSettings.objects.get(disk=made).password is None
    assert "利用可能" in shown(alice_client, made)


@pytest.mark.parametrize(
    "field, changes",
    [
        ("host_name", {"host_name": "no spaces"}),
        ("password", {"password": "short"}),
        ("address", {"address": "192.168.0.4"}),
        ("archive", {"archive": "", "host_name": "web"}),
        ("size", {"size": "ssd-33"}),
        ("script", {"script": "x" * 65_537}),
    ],
)
def test_bad_settings_are_named_at_their_field_and_nothing_is_written(
    alice_client: Client, field: str, changes: dict[str, str]
) -> None:
    before = counts()

    answer = alice_client.post("/disks/new", {**DISK, **fresh(alice_client, "/disks/new"), **changes})

    assert answer.status_code == 422
    assert re.search(rf'id="id_{field}_error"', answer.content.decode())
    assert counts() == before


def test_a_disk_is_copied_from_the_page_of_another(disk: Disk, alice_client: Client) -> None:
    page = alice_client.get(f"/disks/new?from=disk-{disk.number}").content.decode()
    assert f'value="disk-{disk.number}" selected' in page

    form = {**DISK, **fresh(alice_client, "/disks/new"), "archive": f"disk-{disk.number}", "size": "ssd-40"}
    alice_client.post("/disks/new", form)

    assert Disk.objects.exclude(pk=disk.pk).get().source_disk == disk


def test_a_copy_that_does_not_fit_is_refused_at_the_form(disk: Disk, alice_client: Client) -> None:
    form = {**DISK, **fresh(alice_client, "/disks/new"), "archive": f"disk-{disk.number}", "zone": "is1a"}
    before = counts()

    answer = alice_client.post("/disks/new", form)

    assert (answer.status_code, counts()) == (422, before)
    assert "別のゾーン" in answer.content.decode()


def test_a_disk_is_attached_set_up_grown_and_detached(disk: Disk, server: Server, alice_client: Client) -> None:
    at = f"/disks/{disk.number}"
    assert (
        alice_client.post(f"{at}/attach", {"thing": server.number, **fresh(alice_client, f"{at}/attach")}).status_code
        == 302
    )
    work()
    assert disk.refreshed().server == server

    assert (
        alice_client.post(f"{at}/settings", {"host_name": "db", **fresh(alice_client, f"{at}/settings")}).status_code
        == 302
    )
    assert alice_client.post(f"{at}/grow").status_code == 302
    work()
    assert disk.refreshed().partition_gb == 40

    assert alice_client.post(f"{at}/detach").status_code == 302
    assert disk.refreshed().server is None


def test_a_disk_is_written_anew_only_when_its_name_is_typed(disk: Disk, alice_client: Client) -> None:
    at = f"/disks/{disk.number}/rewrite"
    form = {"archive": "Debian GNU/Linux 12", **fresh(alice_client, at)}

    assert alice_client.post(at, {**form, "confirm": "wrong"}).status_code == 422
    assert disk.refreshed().source_archive.name.startswith("Ubuntu")
    assert alice_client.post(at, {**form, "confirm": "data"}).status_code == 302

    work()
    assert (disk.refreshed().state, disk.refreshed().source_archive.name) == ("AVAILABLE", "Debian GNU/Linux 12")


def test_a_running_server_s_disk_says_why_nothing_can_be_done(
    project: Project, alice: Actor, alice_client: Client
) -> None:
    made = servers.create(project, server_order(disk=disk_order()), by=alice, at=MORNING)
    drain(at=MORNING)
    servers.start(made.refreshed(), by=alice, at=MORNING)
    drain(at=MORNING)
    mine = Disk.objects.get()
    before = counts()

    assert "先にサーバを停止してください" in shown(alice_client, mine)
    answer = alice_client.post(f"/disks/{mine.number}/grow", follow=True)

    assert "先にサーバを停止してください" in answer.content.decode()
    assert counts() == before


def test_the_reinstallation_of_a_server_leads_to_its_first_disk(
    project: Project, alice: Actor, alice_client: Client
) -> None:
    made = servers.create(project, server_order(disk=disk_order()), by=alice, at=MORNING)
    drain(at=MORNING)

    answer = alice_client.get(f"/servers/{made.number}/reinstall")

    assert answer["Location"] == f"/disks/{Disk.objects.get().number}/rewrite"


def test_a_server_like_another_copies_its_disk(project: Project, alice: Actor, alice_client: Client) -> None:
    made = servers.create(project, server_order(disk=disk_order()), by=alice, at=MORNING)
    drain(at=MORNING)
    page = alice_client.get(f"/servers/new?like={made.number}").content.decode()

    assert f'value="disk-{Disk.objects.get().number}" selected' in page
    assert 'value="1core-1gb" checked' in page or re.search(r'value="1core-1gb"[^>]*checked', page)


def test_an_archive_is_made_copied_to_another_zone_and_deleted(disk: Disk, alice_client: Client) -> None:
    at = f"/disks/{disk.number}/archive"
    alice_client.post(at, {"name": "golden", **fresh(alice_client, at)})
    work()
    made = Archive.objects.get(name="golden")

    new = {"name": "there", "zone": "is1a", "source": made.number, **fresh(alice_client, "/archives/new")}
    assert alice_client.post("/archives/new", new).status_code == 302
    work()
    assert (Archive.objects.get(name="there").zone.code, Archive.objects.get(name="there").state) == (
        "is1a",
        "AVAILABLE",
    )

    gone = f"/archives/{made.number}/delete"
    assert alice_client.post(gone, {"confirm": "golden", **fresh(alice_client, gone)}).status_code == 302
    assert alice_client.get(made.get_absolute_url()).status_code == 404


def test_an_upload_shows_its_password_to_those_who_may_arrange(
    project: Project, alice: Actor, alice_client: Client, bob_client: Client
) -> None:
    made = archives.create(project, order(size_gb=20), by=alice, at=MORNING)
    password = made.unsealed_password()

    assert password in shown(alice_client, made)
    assert password not in shown(bob_client, made)
    assert alice_client.post(f"/archives/{made.number}/upload/complete").status_code == 302
    assert (made.refreshed().state, made.refreshed().upload_password) == ("AVAILABLE", None)


@pytest.mark.terms("28-1", "29-1")
def test_the_conditions_stand_on_the_page_and_are_accepted_before_the_key_is_shown_once(
    archive: Archive, alice_client: Client
) -> None:
    at = f"/archives/{archive.number}/share"
    page = alice_client.get(at).content.decode()
    assert "アーカイブ共有の条件" in page

    assert alice_client.post(at, fresh(alice_client, at)).status_code == 422
    assert not ArchiveShare.objects.exists()
    made = alice_client.post(at, {"accepted": "archive-share", **fresh(alice_client, at)}).content.decode()

    key = re.search(rf"is1b:{archive.number}:[\w-]{{43}}", made)
    assert key is not None
    assert key.group() not in shown(alice_client, archive)


def test_a_shared_archive_is_copied_reported_and_revoked(
    archive: Archive, alice_client: Client, charlie_client: Client, elsewhere: Project
) -> None:
    at = f"/archives/{archive.number}/share"
    made = alice_client.post(at, {"accepted": "archive-share", **fresh(alice_client, at)}).content.decode()
    key = re.search(rf"is1b:{archive.number}:[\w-]{{43}}", made).group()  # type: ignore[union-attr]
    form = {"key": key, "name": "theirs", "zone": "is1b", "accepted": "archive-share-use"}

    assert (
        charlie_client.post("/archives/shared", {**form, **fresh(charlie_client, "/archives/shared")}).status_code
        == 302
    )
    work()

    copy = Archive.objects.get(name="theirs")
    assert (copy.project, copy.state) == (elsewhere, "AVAILABLE")
    assert elsewhere.organisation.name in shown(alice_client, archive)
    report = f"/archives/{copy.number}/report"
    charlie_client.post(report, {"body": "malware in /bin", **fresh(charlie_client, report)})
    assert Case.objects.get(topic="ABUSE").organisation == elsewhere.organisation

    revoke = f"{at}/revoke"
    assert alice_client.post(revoke, fresh(alice_client, revoke)).status_code == 302
    refused = charlie_client.post("/archives/shared", {**form, **fresh(charlie_client, "/archives/shared")})
    assert (refused.status_code, "共有キー" in refused.content.decode()) == (422, True)


def test_a_stranger_sees_none_of_it(archive: Archive, disk: Disk, charlie_client: Client) -> None:
    for at in ("", "edit", "upload", "share", "report", "delete", "status"):
        assert charlie_client.get(f"/archives/{archive.number}/{at}").status_code == 404
    for at in ("", "edit", "archive", "settings", "rewrite", "attach", "delete"):
        assert charlie_client.get(f"/disks/{disk.number}/{at}").status_code == 404
    for at in ("protection", "upload/complete"):
        assert charlie_client.post(f"/archives/{archive.number}/{at}").status_code == 404


def test_a_viewer_may_look_and_no_more(archive: Archive, disk: Disk, bob_client: Client) -> None:
    before = counts()

    assert bob_client.get(archive.get_absolute_url()).status_code == 200
    for at in ("edit", "upload", "share", "delete"):
        assert bob_client.post(f"/archives/{archive.number}/{at}").status_code == 403
    for at in ("edit", "archive", "settings", "rewrite", "attach", "delete"):
        assert bob_client.post(f"/disks/{disk.number}/{at}").status_code == 403
    assert counts() == before


def test_a_protected_archive_is_not_deleted(archive: Archive, alice_client: Client) -> None:
    alice_client.post(f"/archives/{archive.number}/protection")
    at = f"/archives/{archive.number}/delete"

    answer = alice_client.post(at, {"confirm": "golden", **fresh(alice_client, at)})

    assert (answer.status_code, archive.refreshed().state) == (422, "AVAILABLE")


def test_a_cd_rom_is_put_into_a_drive_and_taken_out(server: Server, alice_client: Client) -> None:
    image = Cdrom.objects.filter(zone=server.zone, project=None).first()
    assert image is not None
    at = f"/servers/{server.number}/cdrom"

    assert alice_client.post(at, {"thing": image.number, **fresh(alice_client, at)}).status_code == 302
    assert image.name in shown(alice_client, server)
    assert alice_client.post(f"{at}/eject").status_code == 302

    assert server.refreshed().cdrom is None


def test_a_list_of_archives_asks_the_same_however_long_it_is(
    archive: Archive, disk: Disk, alice: Actor, alice_client: Client
) -> None:
    with CaptureQueriesContext(connection) as one:
        alice_client.get("/archives/")
    for number in range(5):
        disks.make_archive(disk, order(f"more-{number}"), by=alice, at=NOON)
    drain(at=NOON)
    with CaptureQueriesContext(connection) as many:
        page = alice_client.get("/archives/").content.decode()

    assert "more-4" in page
    assert len(many) <= len(one)

"""Archives: made, uploaded to, shared with others, deleted; what crosses."""

import pytest
from django.test import override_settings

from accounts.access import SYSTEM, Actor
from accounts.cases.models import Case
from accounts.consents.models import Acceptance
from accounts.projects.models import Project
from billing.contracts.models import Contract
from compute.archives import actions as archives
from compute.archives import sharing
from compute.archives.actions import ImageOrder
from compute.archives.models import Archive, ArchiveShare, ShareUse
from compute.disks import actions as disks
from compute.disks.models import Disk
from compute.zones import Zone
from core.errors import Refused
from core.operations import performing
from core.operations.draining import drain
from tests.compute.conftest import disk_order, spans
from tests.make import EVENING, MORNING, NOON

ACCEPTED = ("archive-share",)
USED = ("archive-share-use",)


def order(name: str = "golden", zone: str = "is1b", **values: object) -> ImageOrder:
    return ImageOrder(name, Zone.objects.get(code=zone), **values)  # type: ignore[arg-type]


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


@pytest.mark.terms("2-1")
def test_an_archive_of_a_disk_is_charged_by_its_size_from_creation_to_deletion(archive: Archive, alice: Actor) -> None:
    assert (archive.state, archive.size_gb) == ("AVAILABLE", 40)

    archives.delete(archive, by=alice, at=NOON)

    assert spans(archive) == [("archive.40gb", MORNING, NOON)]
    assert Contract.objects.get(pk=archive.contract_id).state == "ENDED"


def test_a_disk_that_is_being_copied_is_not_deleted_and_its_copy_tells_how_far_it_is(disk: Disk, alice: Actor) -> None:
    with override_settings(SIMULATED_DELAY=4.0):
        made = disks.make_archive(disk, order(), by=alice, at=NOON)
        performing.perform_due(at=NOON)
        with pytest.raises(Refused):
            disks.delete(disk, by=alice, at=NOON)
        drain(at=NOON)

    assert disk.refreshed().state == "AVAILABLE"
    assert (made.refreshed().state, made.copied_percent) == ("AVAILABLE", 100)
    disks.delete(disk, by=alice, at=EVENING)


def test_a_blank_archive_is_open_for_the_upload_until_that_is_closed(project: Project, alice: Actor) -> None:
    made = archives.create(project, order(size_gb=20), by=alice, at=MORNING)
    drain(at=MORNING)
    assert (made.refreshed().state, len(made.unsealed_password())) == ("UPLOADING", 24)

    archives.close_upload(made, by=alice, at=NOON)
    drain(at=NOON)

    assert (made.refreshed().state, made.upload_password) == ("AVAILABLE", None)


@pytest.mark.parametrize("size_gb", [0, 21, 2000])
def test_a_size_that_is_not_sold_is_refused(project: Project, alice: Actor, size_gb: int) -> None:
    with pytest.raises(Refused) as refusal:
        archives.create(project, order(size_gb=size_gb), by=alice, at=MORNING)

    assert refusal.value.field == "size_gb"
    assert not Contract.objects.exists()


def test_an_archive_is_transferred_to_another_zone(archive: Archive, project: Project, alice: Actor) -> None:
    made = archives.create(project, order("far", "tk1a", archive=archive), by=alice, at=NOON)
    assert made.state == "TRANSFERRING"

    drain(at=NOON)

    assert (made.refreshed().state, made.zone.code) == ("AVAILABLE", "tk1a")


@pytest.mark.terms("29-1", "30-1")
def test_no_key_is_made_before_the_points_are_accepted(archive: Archive, alice: Actor) -> None:
    with pytest.raises(Refused) as refusal:
        sharing.share(archive, by=alice, at=NOON)
    assert refusal.value.code == "consent_needed"
    assert not ArchiveShare.objects.exists()

    key = sharing.share(archive, accepted=ACCEPTED, by=alice, at=NOON)

    zone, number, token = key.split(":")
    assert (zone, number, len(token)) == ("is1b", str(archive.number), 43)
    assert Acceptance.objects.filter(document__code="archive-share").count() == 1
    assert token.encode() not in bytes(ArchiveShare.objects.get().token_hash)


@pytest.mark.terms("28-2", "29-1", "30-1")
def test_whoever_holds_the_key_copies_the_archive_and_the_sharing_costs_nothing(
    archive: Archive, elsewhere: Project, alice: Actor, charlie: Actor
) -> None:
    key = sharing.share(archive, accepted=ACCEPTED, by=alice, at=NOON)
    with pytest.raises(Refused) as refusal:
        sharing.copy(elsewhere, key, order("theirs"), by=charlie, at=NOON)
    assert refusal.value.code == "consent_needed"

    made = sharing.copy(elsewhere, key, order("theirs"), accepted=USED, by=charlie, at=NOON)
    drain(at=NOON)

    assert made.refreshed().state == "AVAILABLE"
    use = ShareUse.objects.get()
    assert (use.organisation_id, use.archive_id) == (elsewhere.organisation_id, made.pk)
    assert spans(ArchiveShare.objects.get()) == []
    assert spans(made) == [("archive.40gb", NOON, None)]


@pytest.mark.terms("29-1")
def test_a_wrong_revoked_replaced_or_own_key_copies_nothing(
    archive: Archive, project: Project, elsewhere: Project, alice: Actor, charlie: Actor
) -> None:
    first = sharing.share(archive, accepted=ACCEPTED, by=alice, at=NOON)
    share = ArchiveShare.objects.get()
    second = sharing.rotate(share, by=alice, at=NOON)
    with pytest.raises(Refused) as own:
        sharing.copy(project, second, order("mine"), accepted=USED, by=alice, at=NOON)
    assert own.value.code == "own_archive"
    sharing.revoke(share, by=alice, at=NOON)

    for key in (first, second, "", "a:b:c", "is1b:1:" + second.rpartition(":")[2], "\0"):
        with pytest.raises(Refused) as refusal:
            sharing.copy(elsewhere, key, order("theirs"), accepted=USED, by=charlie, at=NOON)
        assert refusal.value.code == "invalid_share_key"
    assert Archive.objects.filter(project=elsewhere).count() == 0


@pytest.mark.terms("30-1")
def test_a_report_opens_a_case_and_staff_disable_the_key_for_good(
    archive: Archive, elsewhere: Project, alice: Actor, charlie: Actor
) -> None:
    key = sharing.share(archive, accepted=ACCEPTED, by=alice, at=NOON)
    made = sharing.copy(elsewhere, key, order("theirs"), accepted=USED, by=charlie, at=NOON)
    drain(at=NOON)

    sharing.report(made, "It holds malware.", by=charlie, at=NOON)
    sharing.disable(ArchiveShare.objects.get(), "Malware.", by=SYSTEM, at=EVENING)

    assert Case.objects.get().topic == "ABUSE"
    with pytest.raises(Refused) as refusal:
        sharing.share(archive, accepted=ACCEPTED, by=alice, at=EVENING)
    assert refusal.value.code == "share_disabled"


def test_a_key_revoked_while_a_copy_is_under_way_lets_it_finish_and_the_source_waits_for_it(
    archive: Archive, elsewhere: Project, alice: Actor, charlie: Actor
) -> None:
    key = sharing.share(archive, accepted=ACCEPTED, by=alice, at=NOON)
    made = sharing.copy(elsewhere, key, order("theirs"), accepted=USED, by=charlie, at=NOON)
    sharing.revoke(ArchiveShare.objects.get(), by=alice, at=NOON)
    with pytest.raises(Refused):
        archives.delete(archive, by=alice, at=NOON)

    drain(at=NOON)

    assert made.refreshed().state == "AVAILABLE"
    archives.delete(archive, by=alice, at=EVENING)
    assert archive.refreshed().state == "DELETED"

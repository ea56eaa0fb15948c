"""Sharing an archive by a key: made, replaced, revoked, used by others, reported, disabled by staff (28-2, 29-1, 30-1).

A key is zone:archive:token. It is shown once; the database keeps the hash of its token.
"""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts import audit, consents, notices
from accounts.access import Actor
from accounts.cases import actions as cases
from accounts.cases.models import Case
from accounts.notices import Topic
from accounts.organisations.models import Organisation
from accounts.projects.models import Project
from billing import contracts
from compute.archives import actions
from compute.archives.actions import ImageOrder
from compute.archives.models import Archive, ArchiveShare, ShareUse
from compute.services import ARCHIVE_SHARE
from core import ids
from core.errors import Refused

# What who copies a shared archive agrees to.
USE_CONSENT = "archive-share-use"
# How many copies the page of a shared archive shows.
USES = 50


@transaction.atomic
def share(archive: Archive, *, accepted: Collection[str] = (), by: Actor, at: datetime) -> str:
    """Share the archive, for nothing; returns the key, which is shown now and never again (28-2, 29-1, 30-1).

    The three points of 29 are accepted, and recorded, before the key is made. Raises Refused when it is shared already.
    """
    contract = actions.own(archive.contract)
    if archive.hold().state != Archive.State.AVAILABLE:
        text = _("“%(name)s” can't be shared while it is “%(state)s”.")
        raise Refused(text % {"name": archive.name, "state": archive.state_label()}, code="not_available")
    before = archive.shares.exclude(state="REVOKED").first()
    if before is not None and before.is_active:
        raise Refused(_("This archive is shared already. Replace its key instead."), code="already_shared")
    if before is not None:
        raise Refused(
            _("We have disabled the sharing of this archive. Please contact us."), clause="30-1", code="share_disabled"
        )
    token = new_token()
    made = ArchiveShare(archive=archive, state_changed_at=at, keyed_at=at, token_hash=hash_of(token))
    ids.reserve(made)
    made.contract = contracts.open(
        ARCHIVE_SHARE, made, project=actions.home(archive), needs=[(contract, contracts.ENDS)], accepted=accepted,
        zone=archive.zone.code, by=by, at=at,
    )  # fmt: skip
    made.save(force_insert=True)
    audit.record("archive.shared", archive, by=by, at=at)
    return key_of(archive, token)


@transaction.atomic
def rotate(share: ArchiveShare, *, by: Actor, at: datetime) -> str:
    """Replace the key; the old one is worthless at once (29-1). Raises Refused unless it is shared."""
    token = new_token()
    share.move("rotate", token_hash=hash_of(token), keyed_at=at, at=at)
    audit.record("archive.key_replaced", share.archive, by=by, at=at)
    return key_of(share.archive, token)


@transaction.atomic
def revoke(share: ArchiveShare, *, by: Actor, at: datetime) -> None:
    """End the sharing: nobody can copy the archive any more; copies that were made stay (29-1)."""
    share.move("revoke", at=at)
    if share.contract.is_running:
        contracts.close(share.contract, reason="revoked", by=by, at=at)
    audit.record("archive.share_revoked", share.archive, by=by, at=at)


@transaction.atomic
def disable(share: ArchiveShare, reason: str, *, by: Actor, at: datetime) -> None:
    """Staff disable the key after a report; its owner, who reads the reason, can't share the archive again (30-1)."""
    share.move("disable", reason=reason[:200], at=at)
    archive = share.archive
    audit.record("archive.share_disabled", archive, by=by, at=at, reason=reason)
    notices.send(
        "archive.share_disabled", archive, to=actions.home(archive), topic=Topic.SERVICE, occasion=at.isoformat(),
        at=at, reason=reason,
    )  # fmt: skip


@transaction.atomic
def copy(
    project: Project, key: str, order: ImageOrder, *, accepted: Collection[str] = (), by: Actor, at: datetime
) -> Archive:
    """Copy a shared archive with its key; the copy is an archive like any other, and charged like one (29-1, 30-1).

    order: what to call it and in which zone. Raises Refused for a key that is wrong, revoked or of one's own archive,
    and when what applies to shared archives isn't accepted yet. A key revoked later doesn't stop a copy under way.
    """
    share = found(key)
    source = share.archive
    if actions.home(source).organisation_id == project.organisation_id:
        text = _("This archive is your organisation's own. Copy it without a key.")
        raise Refused(text, code="own_archive", field="key")
    agree(project.organisation, accepted, by=by, at=at)
    source.hold()  # before its share, as whoever deletes it does
    if not share.hold("token_hash").is_active or bytes(share.token_hash) != hash_of(token_of(key)):
        raise wrong_key()
    archive = actions.create(project, replace(order, archive=source), by=by, at=at)
    ShareUse.objects.create(share=share, archive=archive, organisation=project.organisation, at=at)
    audit.record("archive.copied_by_others", source, by=by, at=at, organisation=project.organisation.name)
    return archive


def agree(organisation: Organisation, accepted: Collection[str], *, by: Actor, at: datetime) -> None:
    """Record that the user of a shared archive accepts what applies to it (30-1). Raises Refused when it isn't."""
    if not consents.missing(organisation, [USE_CONSENT], at):
        return
    if USE_CONSENT not in accepted:
        text = _("Please read and accept what applies to shared archives.")
        raise Refused(text, clause="30-1", code="consent_needed", field="accepted")
    consents.accept(organisation, [USE_CONSENT], context={"service": "archive-share"}, by=by, at=at)


@transaction.atomic
def report(archive: Archive, body: str, *, by: Actor, at: datetime) -> Case:
    """Report that a shared archive that one has copied breaks 30-1: a case, staff look into it (30-1)."""
    use = ShareUse.objects.select_related("share__archive").filter(archive=archive).first()
    if use is None:
        raise Refused(_("This archive is no copy of a shared one."), clause="30-1")
    title = _("Shared archive %(number)s") % {"number": use.share.archive.number}
    reporter = actions.home(archive).organisation
    return cases.open(reporter, topic=Case.Topic.ABUSE, title=title, body=body, about=use.share, by=by, at=at)


def current(archive: Archive) -> ArchiveShare | None:
    """Its share that works, or that we have disabled; None when it isn't shared."""
    return archive.shares.exclude(state="REVOKED").select_related("contract", "archive__project__organisation").first()


def uses(archive: Archive) -> QuerySet[ShareUse]:
    """Who copied it, newest first."""
    copies = ShareUse.objects.filter(share__archive=archive).select_related("organisation")
    return copies.order_by("-at")[:USES]


def use_of(archive: Archive) -> ShareUse | None:
    """The use of somebody's shared archive that this one is a copy of; None when it is none."""
    return ShareUse.objects.filter(archive=archive).first()


def found(key: str) -> ArchiveShare:
    """The share that the key opens. Raises Refused, with the same words whatever is wrong with it."""
    zone, _colon, rest = key.strip().partition(":")
    number = rest.partition(":")[0]
    rows = ArchiveShare.objects.select_related("archive__project", "archive__zone", "archive__contract")
    share = rows.filter(token_hash=hash_of(token_of(key)), state=ArchiveShare.State.ACTIVE).first()
    if share is None or (zone, number) != (share.archive.zone.code, str(share.archive.number)):
        raise wrong_key()
    return share


def wrong_key() -> Refused:
    text = _("This share key is wrong or was revoked. Ask who gave it to you for a new one.")
    return Refused(text, clause="29-1", code="invalid_share_key", field="key", status=404)


def key_of(archive: Archive, token: str) -> str:
    return f"{archive.zone.code}:{archive.number}:{token}"


def token_of(key: str) -> str:
    return key.strip().rpartition(":")[2]


def new_token() -> str:
    """43 letters, digits, hyphens and underscores."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> bytes:
    """What the database keeps of a token. A fast hash will do: the token is 32 random bytes."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()

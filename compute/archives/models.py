"""Archives, which disks are copied from, and CD-ROM images, which servers read: made here or uploaded."""

from typing import ClassVar, Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.access import ARRANGE, CREATE, SYSTEM_ONLY, Actor, Resource, ResourceQuerySet
from core.lifecycle import Move, Stateful
from core.secrets import SealedField, seal, unseal
from core.web import address


class ImageQuerySet(ResourceQuerySet):
    """Images; those of the provider belong to nobody and are seen by everybody."""

    def visible_to(self, actor: Actor) -> Self:
        """The provider's catalogue, and those in the actor's projects."""
        if actor.sees_all:
            return self
        return self.filter(models.Q(project=None) | models.Q(project__in=actor.visible_projects()))

    def catalogue(self) -> Self:
        """The provider's own images that can be ordered, newest systems first."""
        return self.filter(project=None, state=Image.State.AVAILABLE).order_by("-id")

    def for_list(self) -> Self:
        """With what a list shows, in one query."""
        return self.alive().select_related("zone")


class Image(Resource):
    """What is stored in one zone under a number: charged by its size from its order to its deletion (2-1)."""

    class State(models.TextChoices):
        MIGRATING = "MIGRATING", _("Copying")
        TRANSFERRING = "TRANSFERRING", _("Transferring")
        UPLOADING = "UPLOADING", _("Uploading")
        AVAILABLE = "AVAILABLE", _("Available")
        FAILED = "FAILED", _("Failed")
        DELETED = "DELETED", _("Deleted")

    BUSY = (State.MIGRATING, State.TRANSFERRING)
    MOVES = {
        "copied": Move(State.MIGRATING, State.TRANSFERRING, to=State.AVAILABLE, level=SYSTEM_ONLY),
        "copy_failed": Move(State.MIGRATING, State.TRANSFERRING, to=State.FAILED, level=SYSTEM_ONLY),
        "open_upload": Move(State.AVAILABLE, State.UPLOADING, to=State.UPLOADING, level=ARRANGE),
        "close_upload": Move(State.UPLOADING, to=State.AVAILABLE, level=ARRANGE),
        "delete": Move(State.AVAILABLE, State.UPLOADING, State.FAILED, to=State.DELETED, level=CREATE),
    }
    # How its events and routes are called.
    noun: ClassVar[str] = ""
    # The sizes sold, in GB.
    SIZES: ClassVar[tuple[int, ...]] = ()

    # None: the provider's catalogue.
    project = models.ForeignKey(  # type: ignore[assignment]
        "accounts.Project", models.PROTECT, null=True, blank=True, related_name="+"
    )
    zone = models.ForeignKey("compute.Zone", models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.AVAILABLE)
    size_gb = models.PositiveIntegerField(_("size (GB)"))
    # How much of it is there while it is copied or uploaded.
    copied_mb = models.PositiveIntegerField(default=0)
    contract = models.OneToOneField("billing.Contract", models.PROTECT, null=True, blank=True, related_name="+")
    # The password of the upload, while that is open.
    upload_password = SealedField(null=True)
    error = models.CharField(max_length=200, blank=True)

    objects: ClassVar[models.Manager[Self]] = ImageQuerySet.as_manager()

    class Meta(Resource.Meta):
        abstract = True
        indexes = [*Resource.Meta.indexes, GinIndex(fields=["tags"], name="%(class)s_by_tag")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(project=None, contract=None)
                | models.Q(project__isnull=False, contract__isnull=False),
                name="%(class)s_of_a_customer_has_a_contract",
            ),
            models.CheckConstraint(
                condition=models.Q(upload_password=None) | models.Q(state="UPLOADING"),
                name="%(class)s_password_only_while_uploading",
            ),
        ]

    def get_absolute_url(self) -> str:
        return address(self.noun, self.number)

    @property
    def ref(self) -> str:
        """What the hypervisor knows it by; it never changes."""
        return f"{self.noun}-{self.pk}"

    @property
    def kinds(self) -> str:
        """What several of it are called."""
        return str(self._meta.verbose_name_plural)

    @property
    def price_plan(self) -> str:
        """The plan of its price, of the item "archive": each started 20 GB is charged."""
        return f"{max(20, self.size_gb)}gb"

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return {"AVAILABLE": "ok", "FAILED": "bad"}.get(self.state, "busy")

    @property
    def is_busy(self) -> bool:
        return self.state in self.BUSY

    @property
    def copied_percent(self) -> int:
        """How much of it is copied, in percent."""
        return min(100, self.copied_mb * 100 // (self.size_gb * 1024))

    @property
    def upload_user(self) -> str:
        """Who uploads, at the upload server."""
        return f"{self.noun}{self.number}"

    def sealed_password(self, password: str) -> bytes:
        return seal(password.encode(), f"{self.project_id}:{self.ref}:upload")

    def unsealed_password(self) -> str:
        """The password of the open upload; "" when none is open. Raises Unreadable."""
        if self.upload_password is None:
            return ""
        return unseal(bytes(self.upload_password), f"{self.project_id}:{self.ref}:upload").decode()


class ArchiveQuerySet(ImageQuerySet):
    """Archives."""

    def for_list(self) -> Self:
        """With `is_shared`, too: whether a key of it works."""
        active = ArchiveShare.objects.filter(archive=models.OuterRef("pk"), state=ArchiveShare.State.ACTIVE)
        return super().for_list().annotate(is_shared=models.Exists(active))


class Archive(Image):
    """An image of a disk in one zone, made from a disk or another archive, uploaded, or the provider's."""

    noun = "archive"
    SIZES = (20, 40, 100, 250, 500, 1000)

    source_archive = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="copies")
    source_disk = models.ForeignKey("compute.Disk", models.PROTECT, null=True, blank=True, related_name="archives")

    objects: ClassVar[models.Manager[Self]] = ArchiveQuerySet.as_manager()

    class Meta(Image.Meta):
        verbose_name = _("archive")
        verbose_name_plural = _("archives")
        constraints = [
            *Image.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(source_archive=None) | models.Q(source_disk=None), name="archive_has_one_source"
            ),
        ]


class Cdrom(Image):
    """A CD-ROM image in one zone: uploaded, or the provider's."""

    noun = "cdrom"
    SIZES = (5, 10)

    class Meta(Image.Meta):
        verbose_name = _("CD-ROM image")
        verbose_name_plural = _("CD-ROM images")


class ArchiveShare(Stateful):
    """An archive's share key: whoever holds it can copy the archive (29-1). Only its hash is kept."""

    class State(models.TextChoices):
        ACTIVE = "ACTIVE", _("Shared")
        REVOKED = "REVOKED", _("Revoked")
        DISABLED = "DISABLED", _("Disabled by us")

    # Disabled stays disabled: else its owner would simply share the archive again.
    MOVES = {
        "rotate": Move(State.ACTIVE, to=State.ACTIVE, level=CREATE),
        "revoke": Move(State.ACTIVE, to=State.REVOKED, level=CREATE),
        "disable": Move(State.ACTIVE, to=State.DISABLED, level=SYSTEM_ONLY),
    }

    archive = models.ForeignKey(Archive, models.PROTECT, related_name="shares")
    contract = models.OneToOneField("billing.Contract", models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.ACTIVE)
    state_changed_at = models.DateTimeField(_("state changed"))
    # When the key that works now was made.
    keyed_at = models.DateTimeField(_("key made"))
    token_hash = models.BinaryField(max_length=32, unique=True, editable=False)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("archive share")
        verbose_name_plural = _("archive shares")
        constraints = [
            models.UniqueConstraint(
                fields=["archive"], name="archive_shared_once", condition=~models.Q(state="REVOKED")
            ),
        ]

    def __str__(self) -> str:
        return str(self.archive)

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return {"ACTIVE": "ok", "DISABLED": "bad"}.get(self.state, "idle")


class ShareUse(models.Model):
    """An organisation has copied a shared archive."""

    share = models.ForeignKey(ArchiveShare, models.PROTECT, related_name="uses")
    archive = models.OneToOneField(Archive, models.PROTECT, related_name="share_use")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    at = models.DateTimeField(_("copied"))

    class Meta:
        verbose_name = _("use of a shared archive")
        verbose_name_plural = _("uses of shared archives")
        indexes = [models.Index(fields=["share", "-at"], name="share_use_by_age")]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.at:%Y-%m-%d}"

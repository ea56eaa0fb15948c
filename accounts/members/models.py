"""Who belongs to an organisation, what each may do in its projects, and who was asked to join."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.levels import Level
from core.ids import NumberField


class Member(models.Model):
    """A user in an organisation. Owners may do everything; others what their grants say."""

    number = NumberField()
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="members")
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="memberships")
    is_owner = models.BooleanField(_("owner"), default=False)
    may_bill = models.BooleanField(_("may see and pay bills"), default=False)
    may_eventlog = models.BooleanField(_("may read the event log"), default=False)
    created_at = models.DateTimeField(_("joined"))

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [models.UniqueConstraint(fields=["organisation", "user"], name="member_once")]

    def __str__(self) -> str:
        return str(self.user)


class Grant(models.Model):
    """A member's access level in one project."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="grants")
    project = models.ForeignKey("accounts.Project", models.PROTECT, related_name="grants")
    level = models.PositiveSmallIntegerField(_("access level"), choices=Level.choices, default=Level.NONE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "project"], name="grant_once")]

    def __str__(self) -> str:
        return f"{self.project_id}: {self.get_level_display()}"


class Invitation(models.Model):
    """A mail address asked to join, with the rights it will have. Open until accepted, withdrawn or expired."""

    number = NumberField()
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="invitations")
    email = models.EmailField(_("mail address"), max_length=254)
    token_hash = models.BinaryField(max_length=32, unique=True, editable=False)
    is_owner = models.BooleanField(_("owner"), default=False)
    may_bill = models.BooleanField(_("may see and pay bills"), default=False)
    may_eventlog = models.BooleanField(_("may read the event log"), default=False)
    # Access level by primary key of the project, as JSON wants it: {"12": 40}.
    levels = models.JSONField(default=dict)
    invited_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("invited"))
    expires_at = models.DateTimeField(_("expires"))
    accepted_at = models.DateTimeField(_("accepted"), null=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                "organisation",
                Lower("email"),
                name="invitation_open_once",
                condition=Q(accepted_at=None, withdrawn_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.email

"""What customers were told, in the very words, and letters to addresses that hold a secret link."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.notices.wording import Words
from core.secrets import SealedField


class Topic(models.TextChoices):
    """What a notice is about. TERMS and SECURITY are always mailed; the others may be read in the panel only."""

    TERMS = "TERMS", _("Contracts, deadlines and the terms")
    SECURITY = "SECURITY", _("Security of your account")
    MONEY = "MONEY", _("Invoices and payments")
    SERVICE = "SERVICE", _("State of your services")
    SUPPORT = "SUPPORT", _("Answers to your cases")


OPTIONAL_TOPICS = (Topic.MONEY, Topic.SERVICE, Topic.SUPPORT)


class Notice(models.Model):
    """One thing told to one person. `text` is what was said, rendered in their language when it was said."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=48)
    topic = models.CharField(_("topic"), max_length=8, choices=Topic.choices)
    subject_kind = models.CharField(max_length=64)
    subject_pk = models.BigIntegerField()
    occasion = models.CharField(max_length=64)
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, null=True, related_name="+")
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="notices", verbose_name=_("to"))
    at = models.DateTimeField(_("time"))
    deadline_at = models.DateTimeField(_("deadline"), null=True)
    act_url = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=2)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"))
    read_at = models.DateTimeField(_("read"), null=True)
    mailed_at = models.DateTimeField(_("mailed"), null=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_kind", "subject_pk", "occasion", "user"], name="notice_once_per_occasion"
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-at", "-id"], name="notice_inbox"),
            models.Index(fields=["user"], name="notice_unread", condition=Q(read_at=None)),
            models.Index(fields=["subject_kind", "subject_pk"], name="notice_of_subject"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("notice", args=[self.uuid])

    @cached_property
    def words(self) -> Words:
        """Title, paragraphs, facts and the action's label."""
        return Words.parse(self.text)


class Muted(models.Model):
    """A person reads a topic in the panel only: no mail."""

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="muted")
    topic = models.CharField(max_length=8, choices=[(topic.value, topic.label) for topic in OPTIONAL_TOPICS])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "topic"], name="muted_once")]

    def __str__(self) -> str:
        return self.topic


class Letter(models.Model):
    """A mail to any address, with a link that must not lie about: sealed until it is sent, then emptied."""

    to = models.EmailField(_("to"), max_length=254)
    kind = models.CharField(_("kind"), max_length=64)
    sealed = SealedField()
    created_at = models.DateTimeField(_("created"))
    sent_at = models.DateTimeField(_("sent"), null=True)

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")

    def __str__(self) -> str:
        return self.kind


class NoticeHook(models.Model):
    """An address of a program that is told what an organisation's people are told. Address and secret are sealed."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="notice_hooks")
    host = models.CharField(_("host"), max_length=255)
    url = SealedField(null=True)
    secret = SealedField(null=True)
    topics = ArrayField(models.CharField(max_length=8, choices=Topic.choices), verbose_name=_("topics"))
    created_at = models.DateTimeField(_("created"))
    removed_at = models.DateTimeField(_("removed"), null=True)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        constraints = [
            models.CheckConstraint(name="hook_has_address", condition=Q(removed_at=None) ^ Q(url__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.host

    def get_absolute_url(self) -> str:
        return reverse("webhook", args=[self.uuid])

    @property
    def binding(self) -> str:
        """What its sealed columns are bound to."""
        return f"{self.organisation_id}:notice-hook:{self.uuid}"

    @property
    def topic_labels(self) -> list[str]:
        return [str(Topic(topic).label) for topic in self.topics]


class HookDelivery(models.Model):
    """One occasion told to one webhook. said: the data that is posted."""

    class State(models.TextChoices):
        WAITING = "WAITING", _("Being delivered")
        DELIVERED = "DELIVERED", _("Delivered")
        FAILED = "FAILED", _("Failed")

    TONES = {State.WAITING: "busy", State.DELIVERED: "ok", State.FAILED: "bad"}

    hook = models.ForeignKey(NoticeHook, models.PROTECT, related_name="deliveries")
    kind = models.CharField(_("kind"), max_length=48)
    subject_kind = models.CharField(max_length=64)
    subject_pk = models.BigIntegerField()
    occasion = models.CharField(max_length=64)
    title = models.CharField(_("title"), max_length=200)
    said = models.JSONField()
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.WAITING)
    error = models.CharField(_("error"), max_length=200, blank=True)
    at = models.DateTimeField(_("time"))
    done_at = models.DateTimeField(_("done"), null=True)

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        constraints = [
            models.UniqueConstraint(
                fields=["hook", "kind", "subject_kind", "subject_pk", "occasion"], name="hook_once_per_occasion"
            ),
        ]
        indexes = [models.Index(fields=["hook", "-at", "-id"], name="hook_log")]

    def __str__(self) -> str:
        return self.title

    @property
    def tone(self) -> str:
        return self.TONES[self.State(self.state)]

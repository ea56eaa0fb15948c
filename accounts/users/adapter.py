"""allauth's doors in our house: its mails are our letters, what it does to an account is in the event log."""

import base64
from typing import Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation

from accounts import access, audit
from accounts.audit.sentences import sentence
from accounts.notices import letters
from core import secrets

# allauth's mails that carry a link: our words for them, and where in the context the link is.
LINKS = {
    "account/email/email_confirmation": ("confirm_address", "activate_url"),
    "account/email/email_confirmation_signup": ("confirm_sign_up", "activate_url"),
    "account/email/password_reset_key": ("reset_password", "password_reset_url"),
    "account/email/account_already_exists": ("account_exists", "password_reset_url"),
    "account/email/unknown_account": ("account_unknown", "signup_url"),
}
PURPOSE = "second-factor"
SEALED = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)
SEALED_KEYS = ("secret", "seed")
log = structlog.get_logger(__name__)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # untyped
    """Mails go through the outbox, sealed; changes to an account's security are recorded and told by mail."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Post one of the letters with a link. Raises KeyError for a mail we have no words for."""
        kind, link = LINKS[template_prefix]
        letters.post(kind, email, act_url=context[link], by="allauth", at=self.request.now)

    @transaction.atomic
    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Record that something about the account's security changed, and tell its address."""
        request: Any = self.request
        verb = f"user.{template_prefix.rpartition('/')[2]}"
        actor = access.person(user, address=self.get_client_ip(request))
        audit.record(verb, user, by=actor, at=request.now)
        letters.post(
            "security",
            email or user.email,
            act_url=reverse("security"),
            by=actor,
            at=request.now,
            sentence=sentence(verb, {"name": str(user)}),
            address=actor.address,
        )

    def post_login(self, request: Any, user: Any, **kwargs: Any) -> HttpResponse:
        """Record the sign-in; pages are in the person's language from now on."""
        actor = access.person(user, address=self.get_client_ip(request))
        audit.record("user.signed_in", user, by=actor, at=request.now)
        with translation.override(user.language):
            response: HttpResponse = super().post_login(request, user, **kwargs)
        set_language(response, user.language)
        return response

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Log a failed sign-in, without what was typed."""
        super().authentication_failed(request, **credentials)
        log.warning("sign_in_failed", address=self.get_client_ip(request))


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # untyped
    """Secrets of authenticator apps and recovery codes are sealed in the database."""

    def encrypt(self, text: str) -> str:
        return base64.b64encode(secrets.seal(text.encode(), PURPOSE)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return secrets.unseal(base64.b64decode(encrypted_text), PURPOSE).decode()


def rewrap_factors() -> int:
    """Put the sealed secrets of all second factors under the newest master key; returns how many rows changed."""
    changed = 0
    for row in Authenticator.objects.filter(type__in=SEALED).order_by("pk").iterator(500):
        data = {name: rewrapped(value) if name in SEALED_KEYS else value for name, value in row.data.items()}
        if data != row.data:
            changed += Authenticator.objects.filter(pk=row.pk, data=row.data).update(data=data)
    return changed


def rewrapped(text: str) -> str:
    """One sealed text under the newest master key."""
    return base64.b64encode(secrets.rewrap(base64.b64decode(text))).decode()


def set_language(response: HttpResponse, language: str) -> None:
    """Keep the language of the pages in its cookie for a year."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=31_536_000,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )

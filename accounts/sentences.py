"""The sentences of this app's events (accounts.audit.sentences)."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Promise] = {
    "organisation.applied": _("“%(name)s” signed up"),
    "organisation.accepted": _("“%(name)s” was accepted as a customer; the contract started"),
    "organisation.refused": _("“%(name)s” was refused as a customer"),
    "organisation.updated": _("The details of “%(name)s” were changed"),
    "organisation.transferred": _("Ownership of “%(name)s” was handed to %(heir)s"),
    "project.created": _("Project “%(name)s” was created"),
    "project.updated": _("Project “%(former)s” is now called “%(name)s”"),
    "project.closed": _("Project “%(name)s” was closed"),
    "member.invited": _("%(name)s was invited"),
    "member.uninvited": _("The invitation of %(name)s was withdrawn"),
    "member.added": _("%(name)s became a member"),
    "member.changed": _("The rights of %(name)s were changed"),
    "member.removed": _("%(name)s is no longer a member"),
    "api_key.created": _("API key “%(name)s” was created"),
    "api_key.revoked": _("API key “%(name)s” was revoked"),
    "user.signed_in": _("%(name)s signed in"),
    "user.locked_out": _("%(name)s was locked out"),
    "user.let_in": _("%(name)s was let in again"),
    "user.updated": _("%(name)s changed the profile"),
    "user.password_changed": _("The password of %(name)s was changed"),
    "user.password_reset": _("The password of %(name)s was reset"),
    "user.password_set": _("The password of %(name)s was set"),
    "user.email_changed": _("The mail address of %(name)s was changed"),
    "user.email_confirm": _("The mail address of %(name)s was confirmed"),
    "user.email_deleted": _("A mail address of %(name)s was removed"),
    "user.totp_activated": _("The authenticator app of %(name)s was set up"),
    "user.totp_deactivated": _("The authenticator app of %(name)s was removed"),
    "user.recovery_codes_generated": _("New recovery codes of %(name)s were made"),
    "user.webauthn_added": _("A passkey of %(name)s was added"),
    "user.webauthn_removed": _("A passkey of %(name)s was removed"),
    "consent.accepted": _("Agreed to: %(titles)s"),
}

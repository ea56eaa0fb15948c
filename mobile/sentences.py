"""The sentences of this app's events (accounts.audit.sentences)."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Promise] = {
    "connect.concluded": _("Secure Mobile Connect of “%(name)s” was concluded; it starts on %(day)s"),
    "connect.announced": _("Everything of Secure Mobile Connect of “%(name)s” was deleted; it ends on %(day)s"),
    "connect.withdrawn": _("Secure Mobile Connect of “%(name)s” goes on: its end was withdrawn"),
    "connect.ended": _("Secure Mobile Connect of “%(name)s” has ended"),
    "sim.registered": _("SIM “%(name)s” was registered (ICCID %(iccid)s)"),
    "sim.activation_asked": _("SIM “%(name)s” is being activated"),
    "sim.activated": _("SIM “%(name)s” is active"),
    "sim.activation_failed": _("SIM “%(name)s” could not be activated: %(reason)s"),
    "sim.deactivation_asked": _("SIM “%(name)s” is being deactivated"),
    "sim.deactivated": _("SIM “%(name)s” is inactive"),
    "sim.deactivation_failed": _("SIM “%(name)s” could not be deactivated: %(reason)s"),
    "sim.not_configured": _("Settings of SIM “%(name)s” are not at work: %(reason)s"),
    "sim.edited": _("Name, description or tags of SIM “%(name)s” were changed"),
    "sim.protected": _("SIM “%(name)s” was protected against deletion"),
    "sim.unprotected": _("The protection of SIM “%(name)s” against deletion was removed"),
    "sim.deleted": _("SIM “%(name)s” was deleted (ICCID %(iccid)s)"),
    "deadline.connect_renewal": _(
        "Secure Mobile Connect of “%(name)s” is renewed for a year unless all its SIMs and gateways are deleted by then"
    ),
}

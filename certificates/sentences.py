"""The sentences of this app's events and deadlines (accounts.audit.sentences)."""

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from certificates.reasons import Reason

STUCK: dict[str, Promise] = {
    f"certificate.stuck_{reason.lower()}": format_lazy("{}: {}. %(said)s", _("It could not go on"), reason.label)
    for reason in Reason
}
SENTENCES: dict[str, Promise] = STUCK | {
    "certificate.requested": _("The certificate “%(name)s” was ordered from %(authority)s"),
    "certificate.checked": _("All names lead to the load balancer"),
    "certificate.ordered": _("%(authority)s took the order"),
    "certificate.answered": _("The questions of %(authority)s are being answered"),
    "certificate.validated": _("%(authority)s has checked all names"),
    "certificate.finalised": _("%(authority)s has our request"),
    "certificate.fetched": _("%(authority)s has issued the certificate"),
    "certificate.installed": _("The certificate was put on the load balancer"),
    "certificate.proven": _("The load balancer shows the new certificate"),
    "certificate.unserved": _("No port of the load balancer speaks HTTPS yet"),
    "certificate.tried_again": _("It is tried again at once"),
    "certificate.edited": _("Name, description or tags of the certificate “%(name)s” were changed"),
    "certificate.may_replace": _("You allowed us to replace your own certificate for “%(name)s”"),
    "certificate.renewal_started": _("The renewal of the certificate “%(name)s” began"),
    "certificate.reissued": _("The certificate “%(name)s” is issued anew"),
    "certificate.switched": _("The certificate “%(name)s” is issued anew by %(authority)s"),
    "certificate.opted_out": _("The renewal of “%(name)s” was declined; the contract ends on %(day)s"),
    "certificate.opted_in": _("The certificate “%(name)s” is renewed after all"),
    "certificate.ended": _("The certificate “%(name)s” has ended"),
    "certificate.expired": _("The certificate “%(name)s” has expired"),
    "certificate.revoked": _("We revoked the certificate “%(name)s”: %(reason)s"),
    "certificate.revoked_by_ca": _("The authority revoked the certificate “%(name)s”"),
    "certificate.revoked_there": _("The authority has revoked the certificate with the serial number %(serial)s"),
    "certificate.spared": _("The certificate “%(name)s” is not revoked when its contract ends"),
    "certificate.not_spared": _("The certificate “%(name)s” is revoked when its contract ends"),
    "certificate.refuse": _("We refused the certificate “%(name)s”: %(reason)s"),
    "certificate.refuse_by_ca": _("The authority refused the certificate “%(name)s”: %(reason)s"),
    "certificate.information_asked": _("We asked for information about the certificate “%(name)s”"),
    "certificate.information_received": _("We have the information about the certificate “%(name)s”"),
    "authority.ends": _("The authority “%(name)s” ends on %(ends_on)s; %(successor)s follows"),
    "authority.bound": _("The external account binding of the authority “%(name)s” was set"),
    "deadline.certificate_opt_out": _("The certificate “%(name)s” is renewed unless you decline by this day"),
}

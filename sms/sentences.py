"""The sentences of this app's events (accounts.audit.sentences)."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Promise] = {
    "sms.ordered": _("SMS “%(name)s” was ordered"),
    "sms.cancelled": _("SMS “%(name)s” was cancelled; it ends on %(day)s"),
    "sms.ended": _("SMS “%(name)s” has ended"),
    "sms.edited": _("Name, description or tags of SMS “%(name)s” were changed"),
    "sms.limited": _("The limit of SMS “%(name)s” was changed from %(was)s to %(limit)s messages a day"),
    "sms.restricted": _("SMS “%(name)s” was restricted: %(reason)s"),
    "sms.unrestricted": _("The restriction of SMS “%(name)s” was lifted"),
    "sms.suspected": _("SMS “%(name)s” is being reviewed"),
    "sms.suspicion_dismissed": _("The review of SMS “%(name)s” found nothing"),
    "sms.stopped": _("A message was stopped"),
    "sms.revealed": _("The number %(number)s was looked at in full"),
    "sms.batch_prepared": _("Bulk sending “%(name)s” was prepared with %(rows)s rows"),
    "sms.batch_released": _("Bulk sending “%(name)s” was released: %(count)s messages"),
    "sms.batch_stopped": _("Bulk sending “%(name)s” was stopped; %(count)s messages were held back"),
    "sms.batch_discarded": _("Bulk sending “%(name)s” was discarded"),
    "sms.sender_applied": _("Sender name “%(name)s” was applied for"),
    "sms.sender_approved": _("Sender name “%(name)s” was approved"),
    "sms.sender_refused": _("Sender name “%(name)s” was refused: %(reason)s"),
    "sms.sender_deleted": _("Sender name “%(name)s” was deleted"),
    "sms.opted_out": _("The number %(name)s opted out"),
    "sms.opted_in": _("The number %(name)s was taken off the opt-out list"),
    "sms.resale_applied": _("Screening for resale of A2P SMS was applied for"),
    "sms.resale_approved_by_us": _("We approved the resale of A2P SMS"),
    "sms.resale_approved_by_supplier": _("The supplier approved the resale of A2P SMS"),
    "sms.resale_approved": _("The resale of A2P SMS is allowed"),
    "sms.resale_refused": _("The resale of A2P SMS was refused: %(reason)s"),
    "sms.resale_ended": _("The resale of A2P SMS has ended"),
    "deadline.sms_twentieth": _("Cancel “%(name)s” by this day to end it on %(day)s; later it ends a month later"),
}

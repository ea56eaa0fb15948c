"""The sentences of this app's events (accounts.audit.sentences)."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Promise] = {
    "contract.opened": _("Contract “%(name)s” was concluded"),
    "contract.provided": _("The application for “%(name)s” was accepted"),
    "contract.changed": _("Contract “%(name)s” was changed"),
    "contract.confirmed": _("Contract “%(name)s” was confirmed"),
    "contract.refused": _("Contract “%(name)s” was refused: %(reason)s"),
    "contract.announced": _("Contract “%(name)s” was cancelled and ends on %(ends_on)s"),
    "contract.withdrawn": _("The cancellation of “%(name)s” was withdrawn"),
    "contract.renewed": _("Contract “%(name)s” was renewed until %(term_on)s"),
    "contract.ended": _("Contract “%(name)s” ended"),
    "quota.set": _("The limit of %(service)s was set to %(limit)s"),
    "price.added": _("Price “%(name)s” was added, valid from %(since)s"),
    "price.withdrawn": _("Price “%(name)s” was withdrawn before it began"),
    "credit_note.issued": _("Return invoice %(name)s over %(total)s was issued on invoice %(invoice)s"),
    "card.registered": _("Card %(name)s was registered"),
    "card.failed": _("A card could not be registered"),
    "payment.asked": _("A payment of %(amount)s yen was asked for"),
    "payment.succeeded": _("A payment of %(amount)s yen succeeded"),
    "payment.declined": _("A payment of %(amount)s yen was declined"),
    "card.removed": _("Card %(name)s was removed"),
}

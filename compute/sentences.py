"""The sentences of this app's events (accounts.audit.sentences)."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Promise] = {
    "server.created": _("Server “%(name)s” was ordered"),
    "server.provisioned": _("Server “%(name)s” is ready"),
    "server.provisioning_failed": _("Server “%(name)s” could not be prepared: %(reason)s"),
    "server.started": _("Start of server “%(name)s” was asked for"),
    "server.powered_on": _("Server “%(name)s” runs"),
    "server.power_on_failed": _("Server “%(name)s” did not start: %(reason)s"),
    "server.stopped": _("Stop of server “%(name)s” was asked for"),
    "server.force_stopped": _("Server “%(name)s” was told to stop at once"),
    "server.powered_off": _("Server “%(name)s” is stopped"),
    "server.power_off_failed": _("Server “%(name)s” did not stop: %(reason)s"),
    "server.reset": _("Server “%(name)s” was reset"),
    "server.plan_changed": _(
        "The plan of server “%(name)s” was changed from %(was)s to %(plan)s; its former number was %(former)s"
    ),
    "server.edited": _("Name, description or tags of server “%(name)s” were changed"),
    "server.protected": _("Server “%(name)s” was protected against deletion"),
    "server.unprotected": _("The protection of server “%(name)s” was removed"),
    "server.restricted": _("The use of server “%(name)s” was restricted"),
    "server.unrestricted": _("The restriction of server “%(name)s” was lifted"),
    "server.deleted": _("Server “%(name)s” was deleted"),
    "disk.created": _("Disk “%(name)s” was ordered"),
    "disk.copied": _("Disk “%(name)s” is ready"),
    "disk.copy_failed": _("Disk “%(name)s” could not be copied: %(reason)s"),
    "disk.edited": _("Name, description or tags of disk “%(name)s” were changed"),
    "disk.attached": _("Disk “%(name)s” was attached to server “%(server)s”"),
    "disk.detached": _("Disk “%(name)s” was detached from its server"),
    "disk.deleted": _("Disk “%(name)s” was deleted"),
    "ssh_key.created": _("SSH key “%(name)s” was registered"),
    "ssh_key.deleted": _("SSH key “%(name)s” was deleted"),
    "pause.opened": _("Server “%(name)s” has been stopped for 2 months; a warning was sent"),
    "pause.violated": _("Server “%(name)s” has been stopped for more than 3 months"),
    "pause.noticed": _("Notice about the stopped server “%(name)s” was sent; to be answered by %(deadline)s"),
    "pause.extended": _("The grace for server “%(name)s” was extended to %(deadline)s"),
    "pause.expired": _("The grace for server “%(name)s” is over"),
    "pause.resumed": _("The pause of server “%(name)s” is over; the case was closed"),
    "pause.resumed_late": _("Server “%(name)s” was resumed after the grace"),
    "pause.terminated": _("Server “%(name)s” was deleted; the case of its pause was closed"),
    "pause.measured": _("A measure was taken about server “%(name)s”: %(reason)s"),
    "deadline.pause_limit": _("Server “%(name)s” may stay stopped until this day: start or delete it"),
    "deadline.pause_notice": _("Answer the notice about the stopped server “%(name)s”: start or delete it"),
    "pause.closed": _("The case of the pause of server “%(name)s” was closed by staff"),
}

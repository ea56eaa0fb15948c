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
    "sim.address_fixed": _("SIM “%(name)s” got the address %(address)s"),
    "sim.address_freed": _("The fixed address of SIM “%(name)s” was removed"),
    "sim.locked": _("SIM “%(name)s” was locked to the device %(imei)s"),
    "sim.unlocked": _("SIM “%(name)s” was unlocked for any device"),
    "sim.networks_chosen": _("SIM “%(name)s” may use these networks: %(networks)s"),
    "sim.lock_noted": _("PIN and PUK of SIM “%(name)s”: %(lock)s"),
    "pack.ordered": _("Data pack “%(name)s” was ordered"),
    "pack.cancelled": _("Data pack “%(name)s” was cancelled; it ends on %(day)s"),
    "pack.ended": _("Data pack “%(name)s” has ended"),
    "sim.interrupted": _("Communication of SIM “%(name)s” was interrupted: %(reason)s"),
    "sim.resumed": _("Communication of SIM “%(name)s” goes on"),
    "connect.interrupted": _("Secure Mobile Connect of “%(name)s” was interrupted: %(reason)s"),
    "connect.resumed": _("The interruption of Secure Mobile Connect of “%(name)s” is over"),
    "mono.concluded": _("Mono Platform of “%(name)s” was concluded; it starts on %(day)s"),
    "mono.announced": _("All Mono projects of “%(name)s” were deleted; Mono Platform ends on %(day)s"),
    "mono.withdrawn": _("Mono Platform of “%(name)s” goes on: its end was withdrawn"),
    "mono.ended": _("Mono Platform of “%(name)s” has ended"),
    "mono.created": _("Mono project “%(name)s” was created"),
    "mono.edited": _("Name, description or tags of the Mono project “%(name)s” were changed"),
    "mono.protected": _("The Mono project “%(name)s” was protected against deletion"),
    "mono.unprotected": _("The protection of the Mono project “%(name)s” against deletion was removed"),
    "mono.deleted": _("Mono project “%(name)s” was deleted"),
    "mono.suboption_started": _("“%(name)s” uses the sub-option %(suboption)s from now on"),
    "mono.suboption_ended": _("“%(name)s” no longer uses the sub-option %(suboption)s"),
    "device.granted": _("SIM “%(name)s” was put into the Mono project “%(mono)s” (device ID %(code)s)"),
    "device.removed": _("SIM “%(name)s” was removed from the Mono project “%(mono)s”"),
    "device.token_renewed": _("Device “%(name)s” got a new token"),
    "beta.enrolled": _("The beta “%(name)s” is being set up"),
    "beta.completed": _("The beta “%(name)s” is set up; its contract was concluded"),
    "beta.failed": _("The beta “%(name)s” could not be set up: %(reason)s"),
    "beta.suspended": _("The beta “%(name)s” was stopped, because its parent service is"),
    "beta.resuming": _("The beta “%(name)s” is being set up again, because its parent service goes on"),
    "beta.resumed": _("The beta “%(name)s” is in use again"),
    "beta.not_resumed": _("The beta “%(name)s” could not be set up again: %(reason)s"),
    "beta.ended": _("The beta “%(name)s” has ended"),
    "deadline.beta_formal": _("The beta “%(name)s” becomes a regular service: conclude a new contract by then"),
    "deadline.beta_abolished": _("The beta “%(name)s” is abolished"),
    "deadline.mono_renewal": _(
        "Mono Platform of “%(name)s” is renewed for a year unless all its Mono projects are deleted by then"
    ),
    "deadline.sim_silent": _(
        "%(count)s silent SIMs of “%(name)s” will cost ¥%(price)s on %(day)s: delete them or use them"
    ),
    "deadline.connect_renewal": _(
        "Secure Mobile Connect of “%(name)s” is renewed for a year unless all its SIMs and gateways are deleted by then"
    ),
}

"""How workers perform what SIMs ask for: each time the whole line of then."""

from datetime import datetime

from core.operations.models import Operation
from core.operations.performing import Performer
from mobile.drivers import LineSpec, carrier
from mobile.sims import actions, interruptions
from mobile.sims.models import Sim


def subject(operation: Operation) -> Sim:
    found: Sim = Sim.objects.select_related("project", "contract", "card").get(pk=operation.subject_pk)
    return found


def provide(operation: Operation, at: datetime) -> None:
    """Let the carrier have the line as the row says; a deleted SIM has none."""
    sim = subject(operation)
    if sim.state != Sim.State.DELETED:
        carrier().provide(sim.iccid, spec(sim), key=operation.uuid, at=at)


def spec(sim: Sim) -> LineSpec:
    """The line as it shall be: down while we interrupt it (47-1)."""
    return LineSpec(sim.is_up and not interruptions.of(sim), sim.imei, sim.address or "", tuple(sim.networks))


def close(operation: Operation, at: datetime) -> None:
    """Take the line away, unless the card was registered anew meanwhile."""
    sim = subject(operation)
    if not Sim.objects.alive().filter(card=sim.card).exists():
        carrier().withdraw(sim.iccid, key=operation.uuid, at=at)


PERFORMERS = {
    "sim.activate": Performer(
        provide,
        lambda operation, _result, at: actions.activated(subject(operation), at=at),
        lambda operation, text, at: actions.activation_failed(subject(operation), text, at=at),
    ),
    "sim.deactivate": Performer(
        provide,
        lambda operation, _result, at: actions.deactivated(subject(operation), at=at),
        lambda operation, text, at: actions.deactivation_failed(subject(operation), text, at=at),
    ),
    "sim.configure": Performer(
        provide, failed=lambda operation, text, at: actions.not_configured(subject(operation), text, at=at)
    ),
    "sim.close": Performer(close),
}

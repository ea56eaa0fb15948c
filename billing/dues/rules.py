"""When an unpaid invoice is charged, retried and reminded of, in days after its due date (4-1)."""

from datetime import date

CHARGES = (-5, -4, -2, 0)  # due on the 10th: the 5th, and again on the 6th, 8th and 10th
REMINDERS = (1, 5, 10)  # overdue from the 11th
PROPOSAL = 15
STEPS = (*CHARGES, *REMINDERS, PROPOSAL)


def step_due(taken: int | None, due_on: date, today: date) -> int | None:
    """The step to take today, or None. taken: the last one taken.

    Steps that were missed are not made up for one by one: the newest counts. But nobody is reminded before their card
    was charged once.
    """
    passed = (today - due_on).days
    reached = max((day for day in STEPS if day <= passed), default=None)
    if reached is None or (taken is not None and taken >= reached):
        return None
    return min(reached, 0) if taken is None else reached


def next_step(taken: int | None) -> int | None:
    """The step after the last one taken; None when all are taken."""
    return next((day for day in STEPS if taken is None or day > taken), None)

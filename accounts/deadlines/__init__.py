"""Deadlines: `deadlines.put("deadline.pause", server, due_at=, act_url=, at=)`, `deadlines.clear(server, at=)`."""

from accounts.deadlines.actions import clear, put
from accounts.deadlines.models import Deadline

__all__ = ["Deadline", "clear", "put"]

"""The event log: `audit.record("server.stopped", server, moved, by=by, at=at)` in the verb's own transaction."""

from accounts.audit.recording import first_since, record, timeline

__all__ = ["first_since", "record", "timeline"]

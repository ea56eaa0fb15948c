"""Notices: `notices.send("pause_warning", server, to=server.project, occasion="2026-10", at=at)`, once per occasion."""

from accounts.notices.actions import read, read_all, send, unread
from accounts.notices.models import Notice, Topic

__all__ = ["Notice", "Topic", "read", "read_all", "send", "unread"]

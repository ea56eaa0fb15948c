"""Consents: `consents.missing(organisation, codes, at)`, `consents.accept(organisation, codes, by=by, at=at)`."""

from accounts.consents.actions import SIGN_UP, accept, in_force, missing, sync
from accounts.consents.models import Acceptance, Document

__all__ = ["SIGN_UP", "Acceptance", "Document", "accept", "in_force", "missing", "sync"]

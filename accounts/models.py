"""Index of the app's models."""

from accounts.api_keys.models import ApiKey
from accounts.audit.models import AuditEvent
from accounts.consents.models import Acceptance, Document
from accounts.members.models import Grant, Invitation, Member
from accounts.notices.models import Letter, Muted, Notice
from accounts.organisations.models import Organisation
from accounts.projects.models import Project
from accounts.users.models import User

__all__ = [
    "Acceptance",
    "ApiKey",
    "AuditEvent",
    "Document",
    "Grant",
    "Invitation",
    "Letter",
    "Member",
    "Muted",
    "Notice",
    "Organisation",
    "Project",
    "User",
]

"""Index of the app's models."""

from accounts.api_keys.models import ApiKey
from accounts.audit.models import AuditEvent
from accounts.bulk.models import BulkRow, BulkRun
from accounts.cases.models import Attachment, Case, CaseMessage
from accounts.consents.models import Acceptance, Document
from accounts.deadlines.models import Deadline, Feed
from accounts.members.models import Grant, Invitation, Member
from accounts.notices.models import HookDelivery, Letter, Muted, Notice, NoticeHook
from accounts.organisations.models import Organisation
from accounts.projects.models import Project
from accounts.users.models import User

__all__ = [
    "Acceptance",
    "ApiKey",
    "Attachment",
    "AuditEvent",
    "BulkRow",
    "BulkRun",
    "Case",
    "CaseMessage",
    "Deadline",
    "Document",
    "Feed",
    "Grant",
    "HookDelivery",
    "Invitation",
    "Letter",
    "Member",
    "Muted",
    "Notice",
    "NoticeHook",
    "Organisation",
    "Project",
    "User",
]

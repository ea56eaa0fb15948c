"""Index of the app's pages for staff."""

from accounts.audit.admin import AuditEventAdmin
from accounts.cases.admin import CaseAdmin
from accounts.consents.admin import AcceptanceAdmin, DocumentAdmin
from accounts.notices.admin import NoticeAdmin
from accounts.organisations.admin import OrganisationAdmin
from accounts.projects.admin import ApiKeyAdmin, ProjectAdmin
from accounts.users.admin import UserAdmin

__all__ = [
    "AcceptanceAdmin",
    "ApiKeyAdmin",
    "AuditEventAdmin",
    "CaseAdmin",
    "DocumentAdmin",
    "NoticeAdmin",
    "OrganisationAdmin",
    "ProjectAdmin",
    "UserAdmin",
]

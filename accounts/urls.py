"""Index of the app's pages."""

from accounts.api_keys.urls import urlpatterns as api_keys
from accounts.audit.urls import urlpatterns as audit
from accounts.bulk.urls import urlpatterns as bulk
from accounts.cases.urls import urlpatterns as cases
from accounts.closing.urls import urlpatterns as closing
from accounts.consents.urls import urlpatterns as consents
from accounts.deadlines.urls import urlpatterns as deadlines
from accounts.members.urls import urlpatterns as members
from accounts.notices.urls import urlpatterns as notices
from accounts.organisations.urls import urlpatterns as organisations
from accounts.projects.urls import urlpatterns as projects
from accounts.users.urls import urlpatterns as users
from accounts.viewing.urls import urlpatterns as viewing

urlpatterns = [
    *organisations,
    *projects,
    *members,
    *api_keys,
    *audit,
    *consents,
    *notices,
    *users,
    *cases,
    *deadlines,
    *closing,
    *viewing,
    *bulk,
]

"""Index of the app's pages."""

from django.urls import URLPattern, URLResolver

from billing.alerts import urls as alerts
from billing.contracts import urls as contracts
from billing.coupons import urls as coupons
from billing.credits import urls as credits
from billing.dues import urls as dues
from billing.estimates import urls as estimates
from billing.inbox import urls as inbox
from billing.invoices import urls as invoices
from billing.means import urls as means
from billing.other_services import urls as other_services
from billing.papers import urls as papers
from billing.passports import urls as passports
from billing.payments import urls as payments
from billing.postings import urls as postings
from billing.quotas import urls as quotas

urlpatterns: list[URLPattern | URLResolver] = [
    *alerts.urlpatterns,
    *contracts.urlpatterns,
    *coupons.urlpatterns,
    *credits.urlpatterns,
    *dues.urlpatterns,
    *estimates.urlpatterns,
    *inbox.urlpatterns,
    *invoices.urlpatterns,
    *papers.urlpatterns,
    *means.urlpatterns,
    *other_services.urlpatterns,
    *passports.urlpatterns,
    *payments.urlpatterns,
    *postings.urlpatterns,
    *quotas.urlpatterns,
]

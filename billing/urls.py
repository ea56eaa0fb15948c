"""Index of the app's pages."""

from django.urls import URLPattern, URLResolver

from billing.coupons import urls as coupons
from billing.credits import urls as credits
from billing.estimates import urls as estimates
from billing.invoices import urls as invoices
from billing.passports import urls as passports
from billing.payments import urls as payments

urlpatterns: list[URLPattern | URLResolver] = [
    *estimates.urlpatterns,
    *invoices.urlpatterns,
    *payments.urlpatterns,
    *passports.urlpatterns,
    *credits.urlpatterns,
    *coupons.urlpatterns,
]

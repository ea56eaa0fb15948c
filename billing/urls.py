"""Index of the app's pages."""

from django.urls import URLPattern, URLResolver

from billing.payments import urls as payments

urlpatterns: list[URLPattern | URLResolver] = [*payments.urlpatterns]

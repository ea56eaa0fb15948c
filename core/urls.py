"""Pages that belong to no service: the look and the terms in plain words."""

from django.urls import URLPattern, URLResolver

from core import look
from core.terms import views as terms

urlpatterns: list[URLPattern | URLResolver] = [*look.urlpatterns, *terms.urlpatterns]

"""Load balancers as staff see them; private keys are shown to nobody."""

from typing import Any

from django.contrib import admin

from compute.load_balancers.models import BalancerCertificate, LoadBalancer
from core.admin import Record


@admin.register(LoadBalancer)
class LoadBalancerAdmin(Record):
    """State and last trouble."""

    list_display = ("number", "name", "project", "zone", "state", "configured_at", "error")
    list_filter = ("state", "zone")
    list_select_related = ("project", "zone")
    search_fields = ("name", "number")
    ordering = ("-id",)


@admin.register(BalancerCertificate)
class BalancerCertificateAdmin(Record):
    """What is installed, and until when it is valid."""

    list_display = ("load_balancer", "names", "not_after", "is_supplied", "created_at")
    list_select_related = ("load_balancer",)
    ordering = ("not_after", "id")
    exclude = ("private_key",)

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).defer("private_key")

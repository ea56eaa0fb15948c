from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Billing(AppConfig):
    name = "billing"
    verbose_name = _("Billing")

    def ready(self) -> None:
        from billing.payments import checks  # noqa: F401 registers itself

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Compute(AppConfig):
    name = "compute"
    verbose_name = _("Compute")

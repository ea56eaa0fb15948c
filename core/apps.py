from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Core(AppConfig):
    name = "core"
    verbose_name = _("Core")

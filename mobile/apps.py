from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Mobile(AppConfig):
    name = "mobile"
    verbose_name = _("Mobile")

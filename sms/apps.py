from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Sms(AppConfig):
    name = "sms"
    verbose_name = _("SMS")

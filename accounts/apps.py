from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class Accounts(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")


class StaffAdmin(AdminConfig):
    """Django's admin behind our own door."""

    default = False
    default_site = "accounts.users.staff.StaffSite"

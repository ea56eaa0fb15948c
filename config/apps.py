from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "config"
    verbose_name = _("Panel")

    def ready(self) -> None:
        """Make our Celery app the one that `shared_task` and the relay use."""
        import config.celery  # noqa: F401

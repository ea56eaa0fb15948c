"""Access levels, lowest first; a level includes those below it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.IntegerChoices):
    """What a member or an API key may do in a project."""

    NONE = 0, _("No access")
    VIEW = 10, _("View")
    POWER = 20, _("Power")
    ARRANGE = 30, _("Arrange")
    CREATE = 40, _("Create and delete")


NONE, VIEW, POWER, ARRANGE, CREATE = Level
# Moves only the schedule, a performer or staff make: no person's level reaches it.
SYSTEM_ONLY = 90

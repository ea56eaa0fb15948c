"""What this app tells the search."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import Actor
from accounts.projects.models import Project
from core.console import Hit

HITS = 5


def search(actor: Actor, words: str) -> list[Hit]:
    """Projects the actor may see, by name."""
    visible = Project.objects.filter(pk__in=actor.visible_projects(), name__icontains=words).order_by("name")
    return [Hit(project.name, _("Project"), reverse("projects"), "folder") for project in visible[:HITS]]

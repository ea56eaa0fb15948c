"""The shape of what people say about members' rights."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from accounts.levels import Level
from accounts.members.actions import Rights
from accounts.projects.models import Project
from core.cards import Card
from core.forms import OnceForm

LEVELS = [
    (Level.NONE.value, Card(Level.NONE.label, gettext_lazy("The project is invisible."))),
    (Level.VIEW.value, Card(Level.VIEW.label, gettext_lazy("Look at everything."))),
    (Level.POWER.value, Card(Level.POWER.label, gettext_lazy("Also start and stop."))),
    (Level.ARRANGE.value, Card(Level.ARRANGE.label, gettext_lazy("Also change settings."))),
    (Level.CREATE.value, Card(Level.CREATE.label, gettext_lazy("Also order and delete."))),
]


class RightsForm(OnceForm):
    """What a member may do: owner or not, two flags, and an access level in each project."""

    is_owner = forms.BooleanField(
        label=gettext_lazy("Owner"), required=False, help_text=gettext_lazy("May everything, in every project.")
    )
    may_bill = forms.BooleanField(label=gettext_lazy("May see and pay bills"), required=False)
    may_eventlog = forms.BooleanField(label=gettext_lazy("May read the event log"), required=False)

    def __init__(self, *args: Any, projects: Iterable[Project], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.projects = list(projects)
        for project in self.projects:
            self.fields[f"level_{project.number}"] = forms.TypedChoiceField(
                label=project.name,
                choices=LEVELS,
                coerce=int,
                initial=Level.NONE.value,
                required=False,
                empty_value=Level.NONE.value,  # type: ignore[arg-type]  # what coerce gives
            )

    def levels(self) -> list[Any]:
        """The fields of the access levels, for the template."""
        return [self[f"level_{project.number}"] for project in self.projects]

    def rights(self) -> Rights:
        """What was chosen."""
        data = self.cleaned_data
        levels = {project.pk: Level(data[f"level_{project.number}"]) for project in self.projects}
        return Rights(data["is_owner"], data["may_bill"], data["may_eventlog"], levels)


class InvitationForm(RightsForm):
    """Whom to invite, with which rights."""

    email = forms.EmailField(label=gettext_lazy("Mail address"), max_length=254)
    field_order = ["email"]


def initial_of(rights: Rights, projects: Iterable[Project]) -> dict[str, Any]:
    """The rights as the form's first values."""
    levels = {f"level_{p.number}": int(rights.levels.get(p.pk, Level.NONE)) for p in projects}
    return {**rights.flags, **levels}

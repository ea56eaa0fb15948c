"""The shape of what people send about images. Rules live in the actions."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.consents.ticks import TicksForm
from accounts.projects.models import Project
from compute import recipes
from compute.archives.actions import ImageOrder
from compute.archives.models import Archive, Image
from compute.recipes import Labels
from compute.zones import Zone
from core.copying import Recipe
from core.errors import Refused
from core.forms import LabelsForm, OnceForm, PickField


class GB:
    """A size sold."""

    def __init__(self, size_gb: int) -> None:
        self.size_gb = size_gb

    def __str__(self) -> str:
        return f"{self.size_gb:,} GB"


class OrderForm(LabelsForm):
    """Ordering an image: a blank one to upload to, or a copy of an archive of the project's."""

    source = PickField(label=gettext_lazy("Content"), required=False)
    zone = PickField(label=gettext_lazy("Zone"))
    size_gb = PickField(
        label=gettext_lazy("Size"), required=False, help_text=gettext_lazy("A copy has the size of what is copied.")
    )

    def __init__(self, *args: Any, model: type[Image], project: Project, source: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.noun = model.noun
        self.picks("zone").offer(Zone.objects.sold(), key="code")
        self.picks("size_gb").offer([GB(size) for size in model.SIZES], key="size_gb")
        self.fields["zone"].initial, self.fields["size_gb"].initial = "is1b", str(model.SIZES[0])
        if model is not Archive:
            del self.fields["source"]
            self.fields["size_gb"].help_text = ""
            return
        mine = Archive.objects.filter(project=project, state=Archive.State.AVAILABLE).select_related("zone")
        self.picks("source").offer(
            mine.order_by("name", "pk"), key="number", label=copy_words, empty=_("Nothing: I upload it")
        )
        self.fields["source"].initial = source if source in self.picks("source").things else ""

    def picks(self, name: str) -> PickField:
        field = self.fields[name]
        assert isinstance(field, PickField)
        return field

    def picked(self, name: str) -> Any:
        """What a field says now, sent or initial; None when that can't be had."""
        if name not in self.fields:
            return None
        value = self.data.get(name) if self.is_bound else self.fields[name].initial
        return self.picks(name).things.get(str(value))

    def order(self) -> ImageOrder:
        """What was ordered, of a valid form."""
        data = self.cleaned_data
        size = data["size_gb"].size_gb if data["size_gb"] else 0
        labels = {"description": data["description"], "tags": tuple(data["tags"])}
        return ImageOrder(data["name"], data["zone"], size, data.get("source"), **labels)

    def recipe(self) -> Recipe | None:
        """How a program orders what is chosen so far; None without a zone, or with nothing to say how large it is."""
        zone, source, size = self.picked("zone"), self.picked("source"), self.picked("size_gb")
        if zone is None or (source is None and size is None):
            return None
        size_gb = source.size_gb if source else size.size_gb
        archive = source.number if source else 0
        return recipes.image(self.noun, Labels.said(self), zone.code, size_gb=size_gb, archive=archive)

    def items(self) -> list[tuple[str, str]]:
        """Item and plan of what is chosen so far, for the estimate."""
        source, size = self.picked("source"), self.picked("size_gb")
        size_gb = source.size_gb if source else size.size_gb if size else 0
        return [("archive", f"{max(20, size_gb)}gb")] if size_gb else []


def copy_words(archive: Archive) -> str:
    words = {"name": archive.name, "size": archive.size_gb, "zone": archive.zone}
    return _("A copy of “%(name)s” (%(size)s GB, %(zone)s)") % words


class CopyForm(TicksForm, LabelsForm):
    """Copying somebody's shared archive with its key."""

    key = forms.CharField(
        label=gettext_lazy("Share key"), max_length=128,
        help_text=gettext_lazy("From who shares the archive: zone, number and letters, with colons between them."),
    )  # fmt: skip
    zone = PickField(label=gettext_lazy("Zone"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["zone"]
        assert isinstance(field, PickField)
        field.offer(Zone.objects.sold(), key="code")
        field.initial = "is1b"

    def order(self) -> ImageOrder:
        """What to call the copy and where to put it, of a valid form."""
        data = self.cleaned_data
        return ImageOrder(data["name"], data["zone"], description=data["description"], tags=tuple(data["tags"]))

    def refuse(self, refusal: Refused) -> None:
        if refusal.field == "source":  # of the shared archive, not of this form
            self.add_error("key", str(refusal))
        else:
            super().refuse(refusal)


class ShareForm(TicksForm):
    """The three points before a share key is made (29-1)."""


class ReportForm(OnceForm):
    """What is wrong with a shared archive."""

    body = forms.CharField(
        label=gettext_lazy("What did you find, and where?"), max_length=5_000, widget=forms.Textarea(attrs={"rows": 6})
    )

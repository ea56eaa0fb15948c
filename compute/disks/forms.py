"""The shape of what people send about disks. Rules live in the actions."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.projects.models import Project
from compute import recipes
from compute.archives.actions import ImageOrder
from compute.archives.models import Archive
from compute.disks import sources
from compute.disks.actions import DiskOrder
from compute.disks.models import Disk
from compute.disks.settings import SettingsOrder
from compute.disks.sources import Source
from compute.library.models import SshKey
from compute.recipes import DiskWish, Labels
from compute.zones import DiskPlan, Zone
from core.copying import Recipe
from core.errors import Refused
from core.forms import LabelsForm, NameField, OnceForm, PickField, TagsField


class Size:
    """A disk of a plan and size sold; `code` is what the form sends: "ssd-20"."""

    def __init__(self, plan: DiskPlan, size_gb: int) -> None:
        self.plan, self.size_gb, self.code = plan, size_gb, f"{plan.code}-{size_gb}"

    def __str__(self) -> str:
        return f"{self.plan} {self.size_gb} GB"


def sizes() -> list[Size]:
    """Every size sold."""
    return [Size(plan, size) for plan in DiskPlan.objects.order_by("-number") for size in plan.sizes_gb]


class PicksForm(OnceForm):
    """A form with choices among things."""

    def picks(self, name: str) -> PickField:
        field = self.fields[name]
        assert isinstance(field, PickField)
        return field

    def picked(self, name: str) -> Any:
        """What a field says now, sent or initial; None when that can't be had."""
        value = self.data.get(name) if self.is_bound else self.fields[name].initial
        return self.picks(name).things.get(str(value))


class SettingsForm(PicksForm):
    """What is written into a disk with a system for its next boot."""

    host_name = forms.CharField(label=gettext_lazy("Host name"), max_length=64, required=False)
    password = forms.CharField(
        label=gettext_lazy("Administrator's password"), max_length=128, required=False, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("8 characters or more. We forget it once it is written into the disk."),
    )  # fmt: skip
    ssh_key = PickField(
        label=gettext_lazy("SSH key"), required=False, help_text=gettext_lazy("Put on the disk at the first boot.")
    )
    key_only = forms.BooleanField(label=gettext_lazy("Sign in by SSH with a key only"), required=False)
    script = forms.CharField(
        label=gettext_lazy("Startup script"), required=False, strip=False,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
        help_text=gettext_lazy("Runs once at the next boot, as the administrator. 64 KB at most."),
    )  # fmt: skip
    address = forms.CharField(
        label=gettext_lazy("IP address"), max_length=18, required=False,
        help_text=gettext_lazy("Only on a switch of your own: with its prefix, like 192.168.0.4/24."),
    )  # fmt: skip
    gateway = forms.CharField(label=gettext_lazy("Gateway"), max_length=15, required=False)

    def __init__(self, *args: Any, project: Project, **options: Any) -> None:
        super().__init__(*args, **options)
        keys = SshKey.objects.alive().filter(project=project).order_by("name")
        self.picks("ssh_key").offer(keys, key="number", empty=_("None"))

    def clean_script(self) -> str:
        """With the line ends of a script, whatever the browser sends."""
        script: str = self.cleaned_data["script"]
        return script.replace("\r\n", "\n")

    def settings(self, *, with_key: bool = True) -> SettingsOrder:
        """What is to be written, of a valid form."""
        data = self.cleaned_data
        key = data["ssh_key"] if with_key else None
        return SettingsOrder(
            data["host_name"], data["password"], (key.public_key,) if key else (),
            (data["script"],) if data["script"].strip() else (), data["address"], data["gateway"], not data["key_only"],
        )  # fmt: skip


class SourceForm(SettingsForm):
    """A form in which one chooses what a disk is copied from; refusals about a copied disk stand there, too."""

    archive = PickField(label=gettext_lazy("Copied from"), required=False)

    def refuse(self, refusal: Refused) -> None:
        if refusal.field in ("source", "source_disk"):
            self.add_error("archive", str(refusal))
        else:
            super().refuse(refusal)


class OrderForm(SourceForm):
    """Ordering a disk."""

    name = NameField()
    zone = PickField(label=gettext_lazy("Zone"))
    size = PickField(label=gettext_lazy("Kind and size"))
    description = forms.CharField(label=gettext_lazy("Description"), max_length=512, required=False)
    tags = TagsField()

    def __init__(self, *args: Any, project: Project, source: str = "", **options: Any) -> None:
        super().__init__(*args, project=project, **options)
        self.picks("zone").offer(Zone.objects.sold(), key="code")
        self.picks("size").offer(sizes(), key="code")
        offered = sources.everything(project)
        self.picks("archive").offer(offered, key="code", empty=_("Nothing (blank disk)"))
        begun = sources.by_code(offered, source)
        self.fields["archive"].initial = source if begun else ""
        self.fields["zone"].initial = begun.thing.zone.code if begun else "is1b"
        self.fields["size"].initial = fitting(begun.thing.size_gb if begun else 20)

    def order(self) -> DiskOrder:
        """What was ordered, of a valid form."""
        data = self.cleaned_data
        size, source = data["size"], data["archive"]
        order = DiskOrder(
            data["name"], data["zone"], size.plan, size.size_gb, ssh_key=data["ssh_key"],
            description=data["description"], tags=tuple(data["tags"]), settings=self.settings(with_key=False),
        )  # fmt: skip
        return source.put_into(order) if source else order

    def recipe(self) -> Recipe | None:
        """How a program orders what is chosen so far; None without a size and a zone."""
        size, zone = self.picked("size"), self.picked("zone")
        if size is None or zone is None:
            return None
        return recipes.disk(wish(self, Labels.said(self), size, self.picked("archive"), zone), zone.code)

    def items(self) -> list[tuple[str, str]]:
        """Item and plan of what is chosen so far, for the estimate."""
        size = self.picked("size")
        return [(size.plan.code, f"{size.size_gb}gb")] if size else []


def wish(form: SourceForm, labels: Labels, size: Size, source: Source | None, zone: Zone) -> DiskWish:
    """The disk that a form orders, for a program; the password and a script of one's own are left out."""
    archive = source.archive_in(zone) if source and isinstance(source.thing, Archive) else None
    key = form.picked("ssh_key")
    return DiskWish(
        labels, size.plan.code, size.size_gb, archive=archive.number if archive else 0,
        disk=source.thing.number if source and not archive else 0, host_name=form.said("host_name"),
        ssh_keys=(key.number,) if key else (), key_only=bool(form.said("key_only")),
    )  # fmt: skip


def wished(disk: Disk) -> DiskWish:
    """A disk as a program would order it."""
    archive, source = disk.source_archive, disk.source_disk
    return DiskWish(
        Labels.of(disk), disk.plan.code, disk.size_gb, archive=archive.number if archive else 0,
        disk=source.number if source else 0, number=disk.number,
    )  # fmt: skip


def fitting(size_gb: int) -> str:
    """The code of the smallest SSD sold that has so many GB; "" for none."""
    return next((one.code for one in sizes() if one.plan.code == "ssd" and one.size_gb >= size_gb), "")


class RewriteForm(SourceForm):
    """Writing a disk anew: the system, what is set, and its name to be sure."""

    confirm = forms.CharField(label=gettext_lazy("Type the disk's name: what is on it will be lost"), max_length=64)

    def __init__(self, *args: Any, disk: Disk, **options: Any) -> None:
        super().__init__(*args, project=disk.project, **options)
        self.disk = disk
        field = self.picks("archive")
        fit = [one for one in sources.archives(disk.project) if one.thing.zone_id == disk.zone_id]
        field.offer([*sources.systems(), *fit], key="code")
        field.required = True
        self.fields["confirm"].widget.attrs |= {"data-confirm": disk.name, "autocomplete": "off"}

    def clean_confirm(self) -> str:
        typed: str = self.cleaned_data["confirm"]
        if typed.strip() != self.disk.name:
            raise forms.ValidationError(_("This is not its name: “%(name)s”.") % {"name": self.disk.name})
        return typed

    def system(self) -> Archive:
        """What it is written anew from, of a valid form."""
        chosen: Archive = self.cleaned_data["archive"].archive_in(self.disk.zone)
        return chosen


class ArchiveForm(LabelsForm):
    """What the archive of a disk is called."""

    def order(self, disk: Disk) -> ImageOrder:
        """What was ordered, of a valid form."""
        data = self.labels()
        return ImageOrder(data["name"], disk.zone, description=data["description"], tags=tuple(data["tags"]))

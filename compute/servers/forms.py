"""The shape of what people send about servers. Rules live in the actions."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.projects.models import Project
from billing.prices.models import Price
from compute.archives.models import Archive
from compute.disks.actions import DiskOrder
from compute.library.models import SshKey
from compute.networks.forms import numbered
from compute.networks.interfaces.actions import SHARED
from compute.networks.interfaces.forms import Shared
from compute.networks.switches.models import Switch
from compute.servers.actions import ServerOrder
from compute.servers.models import Server
from compute.zones import DiskPlan, ServerPlan, Zone
from core.calendar import jst_date
from core.cards import Card
from core.forms import NameField, OnceForm, PickField, TagsField, TypeNameForm
from core.money import yen


class Size:
    """A disk of a plan and size sold; `code` is what the form sends: "ssd-20"."""

    def __init__(self, plan: DiskPlan, size_gb: int) -> None:
        self.plan, self.size_gb, self.code = plan, size_gb, f"{plan.code}-{size_gb}"

    def __str__(self) -> str:
        return f"{self.plan} {self.size_gb} GB"


class OrderForm(OnceForm):
    """Ordering a server with its first disk. What can be chosen is what is sold now, with its price."""

    plan = PickField(label=gettext_lazy("Plan"), widget=forms.RadioSelect)
    zone = PickField(label=gettext_lazy("Zone"))
    name = NameField()
    disk = PickField(label=gettext_lazy("Disk"), required=False)
    archive = PickField(label=gettext_lazy("Operating system"), required=False)
    network = PickField(label=gettext_lazy("Network"), required=False)
    ssh_key = PickField(
        label=gettext_lazy("SSH key"), required=False, help_text=gettext_lazy("Put on the disk at the first boot.")
    )
    start = forms.BooleanField(label=gettext_lazy("Start it as soon as it is ready"), required=False, initial=True)
    description = forms.CharField(label=gettext_lazy("Description"), max_length=512, required=False)
    tags = TagsField()

    def __init__(self, *args: Any, project: Project, at: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        card = plan_card(at)
        plans = ServerPlan.objects.filter(is_open=True).order_by("cores", "memory_mb")
        self.picks("plan").offer(plans, key="code", label=card)
        self.picks("zone").offer(Zone.objects.sold(), key="code")
        sizes = [Size(plan, size) for plan in DiskPlan.objects.order_by("-number") for size in plan.sizes_gb]
        self.picks("disk").offer(sizes, key="code", empty=_("No disk"))
        self.picks("archive").offer(systems(), key="name", empty=_("None (blank disk)"))
        keys = SshKey.objects.alive().filter(project=project).order_by("name")
        self.picks("ssh_key").offer(keys, key="number", empty=_("None"))
        switches = Switch.objects.alive().filter(project=project).select_related("zone").order_by("name", "pk")
        numbered(self.picks("network"), [Shared(), *switches], empty=_("Nothing (unplugged)"), zoned=True)
        self.fields["network"].initial = SHARED
        first = {"plan": "2core-4gb", "zone": "is1b", "disk": "ssd-20", "archive": "Ubuntu Server 24.04 LTS"}
        for name, value in first.items():
            self.fields[name].initial = value if value in self.picks(name).things else None

    def picks(self, name: str) -> PickField:
        field = self.fields[name]
        assert isinstance(field, PickField)
        return field

    def order(self) -> ServerOrder:
        """What was ordered, of a valid form."""
        data = self.cleaned_data
        tags = tuple(data["tags"])
        disk = self.disk_order(data) if data["disk"] is not None else None
        wire = SHARED if isinstance(data["network"], Shared) else data["network"]
        return ServerOrder(
            data["name"], data["zone"], data["plan"], disk, data["start"], "", data["description"], tags, (wire,)
        )  # fmt: skip

    def items(self) -> list[tuple[str, str]]:
        """Item and plan of what is chosen so far, for the estimate; what is not chosen yet is left out."""
        chosen = []
        if plan := self.picked("plan"):
            chosen.append(("server", plan.code))
        if size := self.picked("disk"):
            chosen.append((size.plan.code, f"{size.size_gb}gb"))
        return chosen

    def picked(self, name: str) -> Any:
        """What a field says now, sent or initial; None when that can't be had."""
        value = self.data.get(name) if self.is_bound else self.fields[name].initial
        return self.picks(name).things.get(str(value))

    @staticmethod
    def disk_order(data: dict[str, Any]) -> DiskOrder:
        archive = data["archive"]
        if archive is not None:
            archive = Archive.objects.catalogue().filter(zone=data["zone"], name=archive.name).first()
        return DiskOrder(
            data["name"], data["zone"], data["disk"].plan, data["disk"].size_gb, archive, data["ssh_key"]
        )  # fmt: skip


def systems() -> list[Archive]:
    """The provider's systems, one of each name whatever the zone."""
    return list({archive.name: archive for archive in Archive.objects.catalogue()}.values())[::-1]


def plan_card(at: datetime) -> Callable[[ServerPlan], Card]:
    """How a plan is shown: cores and memory, the price by month and hour."""
    prices = {p.plan: p for p in Price.objects.on(jst_date(at)).filter(item="server", zone="")}

    def card(plan: ServerPlan) -> Card:
        price = prices.get(plan.code)
        if price is None:
            return Card(str(plan))
        words = _("%(monthly)s / month · %(hourly)s / hour")
        return Card(str(plan), words % {"monthly": yen(int(price.monthly)), "hourly": yen(int(price.hourly))})

    return card


class PlanForm(OnceForm):
    """Another plan sold in the server's zone."""

    plan = PickField(label=gettext_lazy("Plan"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, server: Server, at: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        plans = ServerPlan.objects.sold_in(server.zone).exclude(pk=server.plan_id)
        field = self.fields["plan"]
        assert isinstance(field, PickField)
        field.offer(plans, key="code", label=plan_card(at))


class DeleteForm(TypeNameForm):
    """Type the name, choose which disks go too."""

    disks = forms.MultipleChoiceField(
        label=gettext_lazy("Delete these disks too"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, server: Server, **options: Any) -> None:
        super().__init__(*args, name=server.name, **options)
        self.attached = {str(disk.number): disk for disk in server.disks.select_related("plan").order_by("pk")}
        field = self.fields["disks"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(n, f"{disk.name} ({disk.plan} {disk.size_gb} GB)") for n, disk in self.attached.items()]
        if not self.attached:
            del self.fields["disks"]

    def chosen(self) -> list[Any]:
        """The disks to delete with it."""
        return [self.attached[number] for number in self.cleaned_data.get("disks", [])]

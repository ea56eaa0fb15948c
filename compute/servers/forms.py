"""The shape of what people send about servers. Rules live in the actions."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.projects.models import Project
from billing.prices.models import Price
from compute import recipes
from compute.disks import sources
from compute.disks.actions import DiskOrder
from compute.disks.forms import SourceForm, sizes, wish
from compute.networks.forms import numbered
from compute.networks.interfaces.actions import SHARED
from compute.networks.interfaces.forms import Shared
from compute.networks.switches.models import Switch
from compute.recipes import Labels
from compute.servers.actions import ServerOrder
from compute.servers.models import Server
from compute.zones import ServerPlan, Zone
from core.calendar import jst_date
from core.cards import Card
from core.copying import Recipe
from core.forms import NameField, OnceForm, PickField, TagsField, TypeNameForm
from core.money import yen

PICKED = ("plan", "zone", "disk", "archive")
# What the form says at first.
FIRST = {"plan": "2core-4gb", "zone": "is1b", "disk": "ssd-20", "archive": "Ubuntu Server 24.04 LTS"}


class OrderForm(SourceForm):
    """Ordering a server with its first disk. What can be chosen is what is sold now, with its price."""

    plan = PickField(label=gettext_lazy("Plan"), widget=forms.RadioSelect)
    zone = PickField(label=gettext_lazy("Zone"))
    name = NameField()
    disk = PickField(label=gettext_lazy("Disk"), required=False)
    network = PickField(label=gettext_lazy("Network"), required=False)
    start = forms.BooleanField(label=gettext_lazy("Start it as soon as it is ready"), required=False, initial=True)
    description = forms.CharField(label=gettext_lazy("Description"), max_length=512, required=False)
    tags = TagsField()

    def __init__(self, *args: Any, project: Project, like: Server | None = None, at: datetime, **options: Any) -> None:
        super().__init__(*args, project=project, **options)
        card = plan_card(at)
        plans = ServerPlan.objects.filter(is_open=True).order_by("cores", "memory_mb")
        self.picks("plan").offer(plans, key="code", label=card)
        self.picks("zone").offer(Zone.objects.sold(), key="code")
        self.picks("disk").offer(sizes(), key="code", empty=_("No disk"))
        self.fields["archive"].label = _("Operating system")
        self.picks("archive").offer(sources.everything(project), key="code", empty=_("None (blank disk)"))
        switches = Switch.objects.alive().filter(project=project).select_related("zone").order_by("name", "pk")
        numbered(self.picks("network"), [Shared(), *switches], empty=_("Nothing (unplugged)"), zoned=True)
        self.fields["network"].initial = SHARED
        for name, value in (FIRST if like is None else alike(like)).items():
            self.fields[name].initial = value if name not in PICKED or value in self.picks(name).things else None

    def order(self) -> ServerOrder:
        """What was ordered, of a valid form."""
        data = self.cleaned_data
        tags = tuple(data["tags"])
        disk = self.disk_order(data) if data["disk"] is not None else None
        host_name = data["host_name"] if disk else ""
        wire: Any = SHARED if isinstance(data["network"], Shared) else data["network"]
        return ServerOrder(
            data["name"], data["zone"], data["plan"], disk, data["start"], host_name, data["description"], tags, (wire,)
        )  # fmt: skip

    def recipe(self) -> Recipe | None:
        """How a program orders what is chosen so far; None without a plan and a zone."""
        plan, zone, wire = self.picked("plan"), self.picked("zone"), self.picked("network")
        if plan is None or zone is None:
            return None
        labels, size = Labels.said(self), self.picked("disk")
        disks = [wish(self, labels, size, self.picked("archive"), zone)] if size else []
        wires = ["shared" if isinstance(wire, Shared) else str(wire.number) if wire else ""]
        return recipes.server(
            labels, zone.code, cores=plan.cores, memory_mb=plan.memory_mb, wires=wires, disks=disks,
            start=bool(self.said("start")),
        )  # fmt: skip

    def items(self) -> list[tuple[str, str]]:
        """Item and plan of what is chosen so far, for the estimate; what is not chosen yet is left out."""
        chosen = []
        if plan := self.picked("plan"):
            chosen.append(("server", plan.code))
        if size := self.picked("disk"):
            chosen.append((size.plan.code, f"{size.size_gb}gb"))
        return chosen

    def disk_order(self, data: dict[str, Any]) -> DiskOrder:
        order = DiskOrder(
            data["name"], data["zone"], data["disk"].plan, data["disk"].size_gb, ssh_key=data["ssh_key"],
            settings=self.settings(with_key=False),
        )  # fmt: skip
        return data["archive"].put_into(order) if data["archive"] else order


def alike(server: Server) -> dict[str, Any]:
    """What the form says at first for a server like another: its plan, zone and tags, its first disk copied."""
    disk = server.disks.alive().select_related("plan").order_by("pk").first()
    copied = {"disk": f"{disk.plan.code}-{disk.size_gb}", "archive": f"disk-{disk.number}"} if disk else {"disk": ""}
    labels = {"description": server.description, "tags": server.tags, "name": server.name}
    return {"plan": server.plan.code, "zone": server.zone.code, **copied, **labels}


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

"""The shape of what people send about bridges."""

from typing import Any

from django.utils.translation import gettext_lazy

from compute.networks.bridges.models import Bridge
from compute.networks.forms import PickingForm
from compute.networks.switches.models import Switch
from core.forms import PickField


class AttachForm(PickingForm):
    """A switch of the project that is on no bridge."""

    switch = PickField(label=gettext_lazy("Switch"))

    def __init__(self, *args: Any, bridge: Bridge, **options: Any) -> None:
        super().__init__(*args, **options)
        free = Switch.objects.alive().filter(project=bridge.project_id, bridge=None)
        rows = free.select_related("zone", "contract").order_by("name", "pk")
        self.picks("switch").offer(rows, key="number", label=lambda one: f"{one.name} ({one.zone})")

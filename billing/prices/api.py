"""The price list in the cloud API; anybody may read it."""

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language

from billing.prices.models import Price
from core.api import Collection, Endpoint, Fixed, Id, Made, Part, Text
from core.calendar import jst_date


def name_of(*parts: str) -> str:
    """Item and plan: server/2core-4gb."""
    return "/".join(part for part in parts if part)


def path_of(*parts: str) -> str:
    """The class of a service: cloud/server/2core-4gb."""
    return name_of("cloud", *parts)


def display_name(item_ja: str, item_en: str, plan_ja: str, plan_en: str, plan: str) -> str:
    """Item and plan in the reader's language."""
    item, own = (item_ja, plan_ja) if get_language() == "ja" else (item_en, plan_en)
    return f"{item} {own or plan}".strip()


def whole_yen(amount: Decimal) -> int:
    """Yen without tax; the tools read whole numbers, so part of a yen is dropped."""
    return int(amount)


SERVICE_CLASS = Part(
    {
        "ServiceClassID": Id("pk"),
        "ServiceClassName": Made(name_of, "item", "plan"),
        "ServiceClassPath": Made(path_of, "item", "plan"),
        "DisplayName": Made(display_name, "item__name_ja", "item__name_en", "plan_ja", "plan_en", "plan"),
        "IsPublic": Fixed(True),
        "Price": {
            "Base": Fixed(0),
            "Hourly": Made(whole_yen, "hourly"),
            "Daily": Made(whole_yen, "daily"),
            "Monthly": Made(whole_yen, "monthly"),
            "PerUse": Made(whole_yen, "unit"),
            "Zone": Text("zone"),
        },
    }
)


class Public(Endpoint):
    """An address that needs no key."""

    public = True
    gate = "public"


class Prices(Collection):
    """The prices in force."""

    endpoint = Public


def in_force(request: Any) -> QuerySet[Price]:
    """The prices of today that the price list shows."""
    listed = Price.objects.on(jst_date(request.now)).filter(item__position__gt=0)
    return listed.order_by("item__position", "item", "monthly", "pk")


prices = Prices("public/price", "ServiceClass", "ServiceClasses", rows=in_force, fields=SERVICE_CLASS, key="")

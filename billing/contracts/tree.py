"""The tree a contract stands in: what it needs, and what hangs on that, each with its state and this month's fee."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from accounts.access import Actor
from billing import estimates
from billing.contracts.models import Contract, Link, OnEnd

# Dependants that are shown of one contract; there may be a hundred thousand.
MOST = 50


@dataclass
class Node:
    """A contract of the tree. on_end: what happens to it when the one above ends; "" at the top.

    more: how many further ones hang on it. fee: yen without tax so far this month.
    """

    contract: Contract
    on_end: str = ""
    children: list["Node"] = field(default_factory=list)
    more: int = 0
    fee: int = 0

    @property
    def words(self) -> str:
        """What happens to it when the one above ends."""
        return str(OnEnd(self.on_end).label) if self.on_end else ""

    @property
    def tone(self) -> str:
        """How that is coloured."""
        return {"ENDS": "bad", "REFUSES": "warn", "SURVIVES": "ok"}.get(self.on_end, "")

    def walk(self) -> Iterable["Node"]:
        """The node and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()


def of(contract: Contract, actor: Actor, *, at: datetime) -> list[Node]:
    """The trees the contract stands in, from the top: one for each contract that needs no other.

    Only what the actor may see. Queries: one for each level up, two for each level down, and one for the fees.
    """
    tops = [Node(one) for one in tops_of(contract, actor)]
    descend({node.contract.pk: node for node in tops}, contract, actor)
    nodes = [node for top in tops for node in top.walk()]
    fees = estimates.month_so_far([node.contract.pk for node in nodes], at=at)
    for node in nodes:
        node.fee = fees.get(node.contract.pk, 0)
    return tops


def tops_of(contract: Contract, actor: Actor) -> list[Contract]:
    """What the contract hangs on in the end: itself when it needs nothing."""
    found, level = {contract.pk: contract}, {contract.pk}
    tops: dict[int, Contract] = {}
    while level:
        links = Link.objects.filter(contract__in=level, needs__in=Contract.objects.visible_to(actor).live())
        above: dict[int, set[int]] = {}
        for link in links.select_related("needs__project"):
            found[link.needs_id] = link.needs
            above.setdefault(link.contract_id, set()).add(link.needs_id)
        tops |= {pk: found[pk] for pk in level if pk not in above}
        level = set().union(*above.values())
    return [tops[pk] for pk in sorted(tops)]


def descend(level: dict[int, Node], asked: Contract, actor: Actor) -> None:
    """Hang below each node what needs it, each contract once."""
    seen = set(level)
    while level:
        below: dict[int, Node] = {}
        links = Link.objects.filter(Q(contract__in=Contract.objects.live()) | Q(contract=asked), needs__in=list(level))
        links = links.filter(contract__in=Contract.objects.visible_to(actor))
        for link in first_of_each(links, level):
            if link.contract_id not in seen:
                seen.add(link.contract_id)
                below[link.contract_id] = node = Node(link.contract, link.on_end)
                level[link.needs_id].children.append(node)
        level = below


def first_of_each(links: QuerySet[Link], level: dict[int, Node]) -> list[Link]:
    """The first `MOST` links to each node; sets how many more there are."""
    counts = dict(links.values_list("needs").annotate(Count("pk")))
    for pk, count in counts.items():
        level[pk].more = max(0, count - MOST)
    shown = links.select_related("contract__project").order_by("contract_id")
    few = [pk for pk, count in counts.items() if count <= MOST]
    found = list(shown.filter(needs__in=few)) if few else []
    for pk, count in counts.items():
        if count > MOST:
            found += shown.filter(needs=pk)[:MOST]
    return found

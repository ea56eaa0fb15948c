"""Which pages there are to look at: every address of ours, filled in with things of the demo customer."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.api_keys.models import ApiKey
from accounts.bulk.models import BulkRun
from accounts.cases.models import Case
from accounts.consents.models import Document
from accounts.members.models import Member
from accounts.notices.models import Notice
from accounts.organisations.models import Organisation
from billing.contracts.models import Contract
from billing.credit_notes.models import CreditNote
from billing.invoices.models import Invoice
from billing.other_services.models import OtherService
from billing.papers.models import Receipt
from billing.passports.models import Passport
from certificates.orders.models import Certificate
from compute.archives.models import Archive, Cdrom
from compute.disks.models import Disk
from compute.incidents.models import Incident
from compute.load_balancers.models import LoadBalancer
from compute.networks.models import (
    Address,
    AwsConnection,
    Block,
    Bridge,
    HybridConnection,
    Interface,
    LocalRouter,
    PacketFilter,
    Peer,
    Router,
    Switch,
)
from compute.pauses.models import PauseCase
from compute.servers.models import Server
from config.demo.people import CUSTOMER
from core.calendar import Month
from core.web import gate_of
from mobile.betas.models import Enrolment
from mobile.data_packs.models import DataPack
from mobile.mono.models import Device, MonoProject
from mobile.sims.models import Sim
from sms.audience.models import OptOut, SenderName
from sms.batches.models import Batch
from sms.messages.models import Message
from sms.resale.models import Resale
from sms.subscriptions.models import Subscription
from sms.two_factor.models import Verification

Find = Callable[[Organisation], Any]
# What the parameter of a route is about, by the route's name or the first word of it.
EXAMPLES: dict[str, Find] = {
    "server": lambda o: Server.objects.alive().filter(project__organisation=o).order_by("pk").first(),
    "disk": lambda o: Disk.objects.alive().filter(project__organisation=o).order_by("pk").first(),
    "archive": lambda o: Archive.objects.alive().filter(project__organisation=o).order_by("pk").first(),
    "archive_report": lambda o: Archive.objects.alive().filter(share_use__organisation=o).first(),
    "balancer": lambda o: LoadBalancer.objects.alive().filter(project__organisation=o).order_by("pk").first(),
    "certificate": lambda o: Certificate.objects.alive().filter(project__organisation=o).order_by("pk").first(),
    "cdrom": lambda o: Cdrom.objects.alive().filter(project__organisation=o).order_by("pk").first(),
    "switch": lambda o: Switch.objects.alive().filter(project__organisation=o, router=None).order_by("pk").first(),
    "router": lambda o: Router.objects.alive().filter(project__organisation=o).order_by("pk").first(),
    "block": lambda o: Block.objects.alive().filter(router__project__organisation=o).order_by("-kind", "pk").first(),
    "block_name_new": lambda o: Block.objects.alive().filter(router__project__organisation=o, kind="IPV6").first(),
    "address": lambda o: named_address(o),
    "filter": lambda o: PacketFilter.objects.alive().filter(project__organisation=o).order_by("pk").first(),
    "bridge": lambda o: Bridge.objects.alive().filter(project__organisation=o).order_by("pk").first(),
    "local": lambda o: LocalRouter.objects.alive().filter(project__organisation=o).order_by("pk").first(),
    "peer": lambda o: Peer.objects.filter(router__project__organisation=o).order_by("pk").first(),
    "aws": lambda o: AwsConnection.objects.alive().filter(project__organisation=o).order_by("pk").first(),
    "hybrid": lambda o: HybridConnection.objects.alive().filter(project__organisation=o).order_by("pk").first(),
    "other": lambda o: OtherService.objects.attested().filter(organisation=o).order_by("pk").first(),
    "interface": lambda o: Interface.objects.alive().filter(server__project__organisation=o).order_by("pk").first(),
    "sim": lambda o: Sim.objects.alive().filter(project__organisation=o).order_by("pk").first(),
    "pack": lambda o: DataPack.objects.alive().filter(project__organisation=o).order_by("pk").first(),
    "beta": lambda o: Enrolment.objects.alive().filter(project__organisation=o).order_by("pk").first(),
    "mono": lambda o: MonoProject.objects.alive().filter(project__organisation=o).order_by("pk").first(),
    "device": lambda o: Device.objects.filter(project__organisation=o, grants__state="GRANTED").order_by("pk").first(),
    "pause": lambda o: PauseCase.objects.filter(server__project__organisation=o).order_by("-pk").first(),
    "project": lambda o: o.projects.order_by("pk").first(),
    "member": lambda o: Member.objects.filter(organisation=o).order_by("-pk").first(),
    "api": lambda o: ApiKey.objects.filter(project__organisation=o, revoked_at=None).first(),
    "case": lambda o: Case.objects.filter(organisation=o).order_by("-pk").first(),
    "notice": lambda o: Notice.objects.filter(organisation=o, user__email=CUSTOMER).order_by("-pk").first(),
    "consent": lambda o: Document.objects.filter(pk__in=o.acceptances.values("document")).order_by("-pk").first(),
    "passport": lambda o: Passport.objects.listed().filter(organisation=o).order_by("-pk").first(),
    "contract": lambda o: (
        Contract.objects.running().filter(organisation=o, dependants__gt=0).first()
        or Contract.objects.filter(organisation=o).first()
    ),
    "claim": lambda o: claimable(o),
    "bulk": lambda o: BulkRun.objects.filter(project__organisation=o).order_by("-pk").first(),
    "incident": lambda o: Incident.objects.order_by("-pk").first(),
    "sms": lambda o: Subscription.objects.alive().filter(project__organisation=o, kind="A2P").order_by("pk").first(),
    "sms_order": lambda o: SimpleNamespace(kind="A2P"),
    "text": lambda o: Message.objects.filter(project__organisation=o, state="FAILED").order_by("-pk").first(),
    "code": lambda o: Verification.objects.filter(project__organisation=o).order_by("-pk").first(),
    "batch": lambda o: Batch.objects.alive().filter(project__organisation=o).order_by("-pk").first(),
    "sender": lambda o: SenderName.objects.alive().filter(project__organisation=o).order_by("pk").first(),
    "optout": lambda o: OptOut.objects.filter(project__organisation=o).order_by("pk").first(),
    "resale": lambda o: Resale.objects.filter(project__organisation=o).order_by("-pk").first(),
    "receipt": lambda o: Receipt.objects.filter(organisation=o).order_by("-number").first(),
    "credit": lambda o: CreditNote.objects.filter(organisation=o).order_by("-number").first(),
    "invoice": lambda o: Invoice.objects.filter(organisation=o, state="ISSUED").order_by("-number").first(),
}
# Answers that are no pages: files, fragments, verbs that only take POST.
NO_PAGES = {
    "quota_ask",  # asks about the service named in its query
    "contract_thing",
    "asset", "healthz", "readyz", "theme", "set_language", "server_price", "server_status", "organisation_export",
        "disk_price", "disk_status", "archive_price", "archive_status", "balancer_price", "balancer_status",
    "cdrom_price", "cdrom_status", "certificate_status", "acme_answer",
    "filter_copies", "switch_price", "router_price", "hybrid_price", "local_router_price", "aws_price",
    "router_addresses_price",
    "sim_status",
    "paper_file", "paper_english", "bundle", "bulk_new", "bundle_new", "invoice_csv", "case_file", "passport_price",
}  # fmt: skip


def named_address(organisation: Organisation) -> Any:
    """An address of a router's block, as the address of its page names it."""
    row = Address.objects.filter(block__router__project__organisation=organisation).order_by("address").first()
    return row and row.block and SimpleNamespace(number=row.block.number, address=row.address)


def claimable(organisation: Organisation) -> Any:
    """A server's contract and its first whole month, as the address of a claim names them."""
    contract = Contract.objects.filter(organisation=organisation, service="server").order_by("pk").first()
    return contract and SimpleNamespace(number=contract.number, month=str(Month.of(contract.concluded_at)))


def pages(organisation: Organisation) -> Iterator[tuple[str, str]]:
    """Name and address of every page of ours that GET shows."""
    for name, pattern in routes():
        if name in NO_PAGES:
            continue
        parameters = pattern.pattern.converters
        find = EXAMPLES.get(name, EXAMPLES.get(name.partition("_")[0]))
        thing = find(organisation) if find and parameters else None
        if not parameters or (thing is not None and all(hasattr(thing, parameter) for parameter in parameters)):
            yield name, reverse(name, kwargs={parameter: getattr(thing, parameter) for parameter in parameters})
    yield "clause", reverse("clause", args=["7-3"])
    yield "not_found", "/nothing/here"


def routes(resolver: URLResolver | None = None) -> Iterator[tuple[str, URLPattern]]:
    """The named pages with a gate of ours; the APIs and the admin are none."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            if str(entry.pattern) != "staff/":
                yield from routes(entry)
        elif entry.name and gate_of(entry.callback) and not gate_of(entry.callback).startswith("api"):
            yield entry.name, entry


ENTRANCES = ("account_login", "account_signup", "account_reset_password")
ALLAUTH = ("account_email", "account_change_password", "mfa_index", "mfa_activate_totp", "usersessions_list")

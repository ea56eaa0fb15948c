"""The built-in authority: real certificates of a root that no browser trusts, for development and demonstrations.

It believes every answer, and fails on demand (compute.drivers.models.SimulatedFault: ca_begin, ca_validate, ca_fetch,
ca_revoke).
"""

import hashlib
import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from django.db import transaction

from certificates.drivers import Question, Window
from certificates.drivers.models import DevelopmentOrder, DevelopmentRoot
from certificates.reasons import Reason, Trouble
from compute.drivers.simulated import fail_on_demand
from core.operations import DriverError, Rejected
from core.secrets import seal, unseal

if TYPE_CHECKING:
    from certificates.authorities.models import Authority

NAME = "Engawa development CA (not trusted)"
BOUND = "development-ca:root:private-key"
YEARS_10 = timedelta(days=3650)


class Development:
    """A `Ca` in two tables."""

    def __init__(self, authority: "Authority") -> None:
        self.life = timedelta(days=authority.life_days)

    def register(self) -> str:
        return "development"

    def begin(self, names: tuple[str, ...], *, replaces: str = "", at: datetime) -> str:
        fail("ca_begin", names[0])
        order = DevelopmentOrder.objects.create(uuid=uuid.uuid4(), names=list(names), replaces=replaces, began_at=at)
        return f"development:{order.uuid}"

    def questions(self, order: str, *, dns: bool) -> tuple[Question, ...]:
        found = order_of(order)
        return tuple(question(found.uuid, name) for name in found.names)

    def validate(self, order: str, *, dns: bool) -> None:
        fail("ca_validate", order_of(order).names[0], Reason.INVALID, starts_over=True)
        DevelopmentOrder.objects.filter(pk=order_of(order).pk).update(is_valid=True)

    def finalise(self, order: str, csr: str) -> None:
        waiting = DevelopmentOrder.objects.filter(pk=order_of(order).pk, is_valid=True, csr="")
        waiting.update(csr=csr)

    def fetch(self, order: str, *, at: datetime) -> str:
        fail("ca_fetch", order_of(order).names[0])
        with transaction.atomic():
            held = DevelopmentOrder.objects.select_for_update().get(pk=order_of(order).pk)
            if not held.chain:
                held.chain, held.serial = self._issued(held, at)
                held.save(update_fields=["chain", "serial"])
        return held.chain

    def revoke(self, chain: str, reason: int, *, at: datetime) -> None:
        fail("ca_revoke", "")
        orders = DevelopmentOrder.objects.filter(serial=serial_of(chain), revoked_at=None)
        orders.update(revoked_at=at, revoked_reason=reason)

    def is_revoked(self, chain: str, *, at: datetime) -> bool:
        return DevelopmentOrder.objects.filter(serial=serial_of(chain), revoked_at__isnull=False).exists()

    def window(self, chain: str) -> Window | None:
        order = DevelopmentOrder.objects.filter(serial=serial_of(chain)).first()
        if order is None or order.renew_from is None or order.renew_to is None:
            return None
        return Window(order.renew_from, order.renew_to)

    def reference(self, chain: str) -> str:
        return serial_of(chain)

    def _issued(self, order: DevelopmentOrder, at: datetime) -> tuple[str, str]:
        """The certificate of an order with the root below it, and its serial number."""
        root, key = root_of(at)
        request = x509.load_pem_x509_csr(order.csr.encode())
        leaf = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([]))
            .issuer_name(root.subject)
            .public_key(request.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(at)
            .not_valid_after(at + self.life)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in order.names]), critical=True)
            .sign(key, hashes.SHA256())
        )
        chain = leaf.public_bytes(Encoding.PEM) + root.public_bytes(Encoding.PEM)
        return chain.decode(), f"{leaf.serial_number:x}"


def order_of(order: str) -> DevelopmentOrder:
    """The order of an address. Raises Trouble for one that is unknown."""
    found = DevelopmentOrder.objects.filter(uuid=order.removeprefix("development:")).first()
    if found is None:
        raise Trouble(Reason.UNUSABLE, starts_over=True)
    return found


def question(order: uuid.UUID, name: str) -> Question:
    """Always the same for an order and a name."""
    token = hashlib.sha256(f"{order}:{name}".encode()).hexdigest()
    return Question(name, token, f"{token}.development", token[:43])


def serial_of(chain: str) -> str:
    return f"{x509.load_pem_x509_certificate(chain.encode()).serial_number:x}"


def fail(call: str, ref: str, reason: Reason = Reason.DOWN, *, starts_over: bool = False) -> None:
    """Raise what it was told to fail with: a refusal for good, or the reason."""
    try:
        fail_on_demand(call, ref)
    except Rejected as error:
        raise Trouble(Reason.REFUSED, str(error), is_final=True) from error
    except DriverError as error:
        raise Trouble(reason, str(error), starts_over=starts_over) from error


@transaction.atomic
def root_of(at: datetime) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """The root and its key, made when they are needed first."""
    known = DevelopmentRoot.objects.select_for_update().order_by("pk").first() or made(at)
    key = load_pem_private_key(unseal(bytes(known.private_key), BOUND), password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return x509.load_pem_x509_certificate(known.certificate.encode()), key


def made(at: datetime) -> DevelopmentRoot:
    """A new root."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    root = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + YEARS_10)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return DevelopmentRoot.objects.create(
        certificate=root.public_bytes(Encoding.PEM).decode(), private_key=seal(pem, BOUND)
    )

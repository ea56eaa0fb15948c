"""ACME (RFC 8555) with the `acme` library and what that lacks: `replaces`, renewal windows (RFC 9773), distrust.

Every call finds again what an earlier one did: an account by its key, the state of an order by its address.
"""

import base64
from collections.abc import Callable
from datetime import datetime
from functools import cached_property, wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import requests
from acme import challenges, client, errors, messages
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings
from django.utils.dateparse import parse_datetime
from josepy.json_util import field
from josepy.jwk import JWKEC
from josepy.util import ComparableECKey

from certificates.drivers import Question, Window, revoked, wire
from certificates.drivers.wire import REASONS, kind_of, said
from certificates.reasons import Reason, Trouble
from core.operations import Pending

if TYPE_CHECKING:
    from certificates.authorities.models import Authority

P = ParamSpec("P")
R = TypeVar("R")
LOOK_AGAIN, AT_MOST = 2.0, 60.0
TOKEN, NAME = 200, 253
REPLACED = ("alreadyReplaced", "malformed")


class NewOrder(messages.NewOrder):
    """An order that may name the certificate it renews (RFC 9773, 5)."""

    replaces: str = field("replaces", omitempty=True)


def understood(act: Callable[Concatenate["Acme", P], R]) -> Callable[Concatenate["Acme", P], R]:
    """Whatever the authority answers, or doesn't: a result, or Trouble with what that means."""

    @wraps(act)
    def acted(driver: "Acme", /, *values: P.args, **named: P.kwargs) -> R:
        try:
            return act(driver, *values, **named)
        except wire.UNREADABLE as error:
            raise wire.trouble(error, driver.network.last) from error

    return acted


class Acme:
    """A `Ca` that speaks ACME."""

    def __init__(self, authority: "Authority") -> None:
        self.authority = authority

    # -- what the library talks through ---------------------------------------------------------------------------

    @cached_property
    def key(self) -> JWKEC:
        return JWKEC(key=ComparableECKey(load_pem_private_key(self.authority.secret("account-key"), None)))  # type: ignore[arg-type]

    @cached_property
    def network(self) -> wire.Network:
        made = wire.Network(self.key, trust=settings.ACME_TRUST)
        if self.authority.account_url:
            body = messages.Registration()
            made.account = messages.RegistrationResource(body=body, uri=self.authority.account_url)
        return made

    @cached_property
    def client(self) -> client.ClientV2:
        return client.ClientV2(client.ClientV2.get_directory(self.authority.directory, self.network), self.network)

    def _post(self, url: str, body: Any = None) -> requests.Response:
        answer: requests.Response = self.client._post(url, body)
        return answer

    def _pending(self) -> Pending:
        return Pending(min(AT_MOST, wire.wait(self.network.last, LOOK_AGAIN)))

    # -- the steps ------------------------------------------------------------------------------------------------

    @understood
    def register(self) -> str:
        binding = None
        if self.authority.eab_id:
            key = base64.urlsafe_b64encode(padded(self.authority.secret("eab-key"))).decode()
            binding = messages.ExternalAccountBinding.from_data(
                account_public_key=self.key.public_key(), kid=self.authority.eab_id, hmac_key=key,
                directory=self.client.directory,
            )  # fmt: skip
        wanted = messages.NewRegistration.from_data(
            email=settings.ACME_CONTACT or None, terms_of_service_agreed=True, external_account_binding=binding
        )
        try:
            return str(self.client.new_account(wanted).uri)
        except errors.ConflictError as error:
            return str(error.location)

    @understood
    def begin(self, names: tuple[str, ...], *, replaces: str = "", at: datetime) -> str:
        if replaces:
            try:
                return self._begun(names, replaces)
            except errors.ConflictError:  # 409: something else has replaced it already (RFC 9773, 5)
                pass
            except messages.Error as error:
                if kind_of(error) not in REPLACED:
                    raise
        return self._begun(names, "")

    def _begun(self, names: tuple[str, ...], replaces: str) -> str:
        wanted = [messages.Identifier(typ=messages.IDENTIFIER_FQDN, value=name) for name in names]
        order = NewOrder(identifiers=wanted, replaces=replaces or None)
        return self._post(self.client.directory["newOrder"], order).headers["Location"]

    @understood
    def questions(self, order: str, *, dns: bool) -> tuple[Question, ...]:
        found = []
        for authorization in self._authorizations(order):
            if authorization.status == messages.STATUS_VALID:
                continue
            name, offered = authorization.identifier.value, offer_of(authorization, dns=dns)
            if offered is None:
                raise Trouble(Reason.REFUSED, f"{name}: {wanted_of(dns=dns).typ}", is_final=True)
            token, star = offered.chall.encode("token"), "*." if authorization.wildcard else ""
            if len(token) > TOKEN or len(star + name) > NAME:
                raise ValueError(name)
            record = offered.chall.validation(self.key) if dns else ""
            found.append(Question(star + name, token, offered.chall.key_authorization(self.key), record))
        return tuple(found)

    @understood
    def validate(self, order: str, *, dns: bool) -> None:
        is_pending = False
        for authorization in self._authorizations(order):
            if authorization.status == messages.STATUS_VALID:
                continue
            offered = offer_of(authorization, dns=dns)
            if authorization.status != messages.STATUS_PENDING or offered is None:
                error = offered.error if offered is not None else None
                reason = REASONS.get(kind_of(error), Reason.INVALID) if error else Reason.INVALID
                raise Trouble(reason, f"{authorization.identifier.value}: {said(error)}", starts_over=True)
            is_pending = True
            if offered.status == messages.STATUS_PENDING:
                self._post(offered.uri, offered.chall.response(self.key))
        if is_pending:
            raise self._pending()

    def _authorizations(self, order: str) -> list[messages.Authorization]:
        urls = self._order(order).authorizations
        return [messages.Authorization.from_json(self._post(url).json()) for url in urls]

    def _order(self, order: str) -> messages.Order:
        """The order as it is now. Raises Trouble, so that it starts over, for one that came to nothing."""
        found: messages.Order = messages.Order.from_json(self._post(order).json())
        if found.status == messages.STATUS_INVALID:
            kind = REASONS.get(kind_of(found.error), Reason.INVALID) if found.error else Reason.INVALID
            raise Trouble(kind, said(found.error), starts_over=True)
        return found

    @understood
    def finalise(self, order: str, csr: str) -> None:
        found = self._order(order)
        if found.status == messages.STATUS_READY:
            self._post(found.finalize, messages.CertificateRequest(csr=x509.load_pem_x509_csr(csr.encode())))
        elif found.status == messages.STATUS_PENDING:
            raise self._pending()

    @understood
    def fetch(self, order: str, *, at: datetime) -> str:
        found = self._order(order)
        if found.status == messages.STATUS_READY:
            raise Trouble(Reason.UNUSABLE, "orderNotReady", starts_over=True)
        if found.status != messages.STATUS_VALID or found.certificate is None:
            raise self._pending()
        return self._post(found.certificate).text

    @understood
    def revoke(self, chain: str, reason: int, *, at: datetime) -> None:
        certificate = x509.load_pem_x509_certificate(chain.encode())
        try:
            self.client.revoke(certificate, reason)
        except messages.Error as error:
            if kind_of(error) == "badRevocationReason" and reason:
                return self.revoke(chain, 0, at=at)
            if kind_of(error) != "alreadyRevoked":
                raise
        return None

    def is_revoked(self, chain: str, *, at: datetime) -> bool:
        return revoked.is_listed(chain, at=at)

    @understood
    def window(self, chain: str) -> Window | None:
        name = self.reference(chain)
        return window_of(self.network.get(f"{self.client.directory['renewalInfo']}/{name}").json()) if name else None

    @understood
    def reference(self, chain: str) -> str:
        if "renewalInfo" not in self.client.directory.to_partial_json():
            return ""
        return reference_of(x509.load_pem_x509_certificate(chain.encode()))


def wanted_of(*, dns: bool) -> type[challenges.KeyAuthorizationChallenge]:
    return challenges.DNS01 if dns else challenges.HTTP01


def offer_of(authorization: messages.Authorization, *, dns: bool) -> Any:
    """The challenge of the kind that is wanted, or None."""
    return next((one for one in authorization.challenges if isinstance(one.chall, wanted_of(dns=dns))), None)


def padded(key: bytes) -> bytes:
    """The bytes of a key that authorities hand out in base64url."""
    return base64.urlsafe_b64decode(key + b"=" * (-len(key) % 4))


def window_of(answer: Any) -> Window:
    """The window of a renewal information. Raises ValueError and the like for what is none."""
    start, end = (parse_datetime(answer["suggestedWindow"][name]) for name in ("start", "end"))
    if start is None or end is None or not start.tzinfo or not end.tzinfo or end <= start:
        raise ValueError("suggestedWindow")
    return Window(start, end, str(answer.get("explanationURL", "")))


def reference_of(certificate: x509.Certificate) -> str:
    """How renewal information names a certificate: its issuer's key and its serial number (RFC 9773, 4.1).

    "" for one that doesn't say whose key signed it.
    """
    try:
        issuer = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
    except x509.ExtensionNotFound:
        return ""
    number = certificate.serial_number
    serial = number.to_bytes(number.bit_length() // 8 + 1, "big")
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in (issuer or b"", serial))

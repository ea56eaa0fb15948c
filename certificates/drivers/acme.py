"""ACME (RFC 8555) with the `acme` library and what that lacks: patience with nonces, `replaces`, renewal windows.

Every call finds again what an earlier one did: an account by its key, the state of an order by its address.
"""

import base64
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import requests
from acme import challenges, client, errors, messages
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings
from django.utils.dateparse import parse_datetime
from josepy.errors import Error as JoseError
from josepy.json_util import field
from josepy.jwa import ES256
from josepy.jwk import JWKEC
from josepy.util import ComparableECKey

from certificates.drivers import Question, Window, revoked
from certificates.reasons import Reason, Trouble
from core.operations import Pending

if TYPE_CHECKING:
    from certificates.authorities.models import Authority

NONCES, SECONDS, LOOK_AGAIN = 10, 20, 2.0
AGENT = "Engawa"
# What an authority may say (RFC 8555, 6.7), and what it means here; the rest is that it is down.
REASONS = {
    "caa": Reason.CAA, "connection": Reason.INVALID, "dns": Reason.INVALID, "incorrectResponse": Reason.INVALID,
    "tls": Reason.INVALID, "unauthorized": Reason.INVALID, "rateLimited": Reason.LIMIT,
    "accountDoesNotExist": Reason.ACCOUNT, "externalAccountRequired": Reason.ACCOUNT,
    "userActionRequired": Reason.ACCOUNT,
    "malformed": Reason.UNUSABLE, "badCSR": Reason.UNUSABLE, "orderNotReady": Reason.UNUSABLE,
    "rejectedIdentifier": Reason.REFUSED, "unsupportedIdentifier": Reason.REFUSED, "invalidContact": Reason.ACCOUNT,
}  # fmt: skip


class NewOrder(messages.NewOrder):
    """An order that may name the certificate it renews (RFC 9773, 5)."""

    replaces: str = field("replaces", omitempty=True)


class Network(client.ClientNetwork):
    """The library's, with patience for rejected nonces, remembering its last answer for Retry-After."""

    last: requests.Response | None = None

    def post(self, *args: Any, **kwargs: Any) -> requests.Response:
        for _attempt in range(NONCES - 1):
            try:
                return self._post_once(*args, **kwargs)
            except messages.Error as error:
                if kind_of(error) != "badNonce":
                    raise
        return self._post_once(*args, **kwargs)

    def _send_request(self, method: str, url: str, *args: Any, **kwargs: Any) -> requests.Response:
        self.last = None
        self.last = super()._send_request(method, url, *args, **kwargs)
        return self.last


class Acme:
    """A `Ca` that speaks ACME."""

    def __init__(self, authority: "Authority") -> None:
        self.authority = authority

    # -- what the library talks through ---------------------------------------------------------------------------

    @cached_property
    def key(self) -> JWKEC:
        return JWKEC(key=ComparableECKey(load_pem_private_key(self.authority.secret("account-key"), None)))  # type: ignore[arg-type]

    @cached_property
    def client(self) -> client.ClientV2:
        trust: Any = settings.ACME_TRUST or True
        network = Network(self.key, alg=ES256, verify_ssl=trust, user_agent=AGENT, timeout=SECONDS)
        if self.authority.account_url:
            body = messages.Registration()
            network.account = messages.RegistrationResource(body=body, uri=self.authority.account_url)
        self.network = network
        return client.ClientV2(client.ClientV2.get_directory(self.authority.directory, network), network)

    def call(self, act: Any, *args: Any) -> Any:
        """Call the authority. Raises Trouble with what its answer means."""
        try:
            return act(*args)
        except messages.Error as error:
            raise self._meant(error) from error
        except (errors.Error, requests.RequestException, JoseError, ValueError, KeyError) as error:
            raise Trouble(Reason.DOWN, type(error).__name__, seconds=self._wait(0)) from error

    def _meant(self, error: messages.Error) -> Trouble:
        kind = kind_of(error)
        reason = REASONS.get(kind, Reason.DOWN)
        is_final = reason == Reason.REFUSED
        text = said(error)
        return Trouble(reason, text, seconds=self._wait(0), starts_over=kind == "malformed", is_final=is_final)

    def _wait(self, default: float) -> float:
        """Seconds that the last answer asks to wait (Retry-After, a number or a date)."""
        last = getattr(self, "network", None) and self.network.last
        return seconds_of(last.headers.get("Retry-After", ""), default) if last is not None else default

    def _post(self, url: str, body: Any = None) -> requests.Response:
        answer: requests.Response = self.call(lambda: self.client._post(url, body))
        return answer

    # -- the steps ------------------------------------------------------------------------------------------------

    def register(self) -> str:
        account: str = self.call(self._registered)
        return account

    def _registered(self) -> str:
        binding = None
        if self.authority.eab_id:
            key = base64.urlsafe_b64encode(padded(self.authority.secret("eab-key"))).decode()
            binding = messages.ExternalAccountBinding.from_data(
                account_public_key=self.key.public_key(), kid=self.authority.eab_id, hmac_key=key,
                directory=self.client.directory,
            )  # fmt: skip
        wanted = messages.NewRegistration.from_data(terms_of_service_agreed=True, external_account_binding=binding)
        try:
            return str(self.client.new_account(wanted).uri)
        except errors.ConflictError as error:
            return str(error.location)

    def begin(self, names: tuple[str, ...], *, replaces: str = "", at: datetime) -> str:
        try:
            return self._begun(names, replaces)
        except Trouble as trouble:
            if not (replaces and isinstance(trouble.__cause__, messages.Error)):
                raise
            if kind_of(trouble.__cause__) not in ("alreadyReplaced", "malformed"):
                raise
            return self._begun(names, "")

    def _begun(self, names: tuple[str, ...], replaces: str) -> str:
        wanted = [messages.Identifier(typ=messages.IDENTIFIER_FQDN, value=name) for name in names]
        order = NewOrder(identifiers=wanted, replaces=replaces or None)
        answer = self._post(self.call(lambda: self.client.directory["newOrder"]), order)
        return answer.headers["Location"]

    def questions(self, order: str, *, dns: bool) -> tuple[Question, ...]:
        wanted = challenges.DNS01 if dns else challenges.HTTP01
        found = []
        for authorization in self._authorizations(order):
            if authorization.status == messages.STATUS_VALID:
                continue
            name = authorization.identifier.value
            offered = next((one for one in authorization.challenges if isinstance(one.chall, wanted)), None)
            if offered is None:
                raise Trouble(Reason.REFUSED, f"{name}: {wanted.typ}", is_final=True)
            star = "*." if authorization.wildcard else ""
            found.append(
                Question(
                    star + name, offered.chall.encode("token"), offered.chall.key_authorization(self.key),
                    offered.chall.validation(self.key) if dns else "",
                )
            )  # fmt: skip
        return tuple(found)

    def validate(self, order: str, *, dns: bool) -> None:
        wanted = challenges.DNS01 if dns else challenges.HTTP01
        is_pending = False
        for authorization in self._authorizations(order):
            if authorization.status == messages.STATUS_VALID:
                continue
            offered = next((one for one in authorization.challenges if isinstance(one.chall, wanted)), None)
            if authorization.status != messages.STATUS_PENDING or offered is None:
                error = offered.error if offered is not None else None
                reason = REASONS.get(kind_of(error), Reason.INVALID) if error else Reason.INVALID
                raise Trouble(reason, f"{authorization.identifier.value}: {said(error)}", starts_over=True)
            is_pending = True
            if offered.status == messages.STATUS_PENDING:
                self._post(offered.uri, offered.chall.response(self.key))
        if is_pending:
            raise Pending(min(60.0, self._wait(LOOK_AGAIN)))

    def _authorizations(self, order: str) -> list[messages.Authorization]:
        urls = self._order(order).authorizations
        return [self.call(lambda url=url: messages.Authorization.from_json(self._post(url).json())) for url in urls]

    def _order(self, order: str) -> messages.Order:
        """The order as it is now. Raises Trouble, so that it starts over, for one that came to nothing."""
        found: messages.Order = self.call(lambda: messages.Order.from_json(self._post(order).json()))
        if found.status == messages.STATUS_INVALID:
            kind = REASONS.get(kind_of(found.error), Reason.INVALID) if found.error else Reason.INVALID
            raise Trouble(kind, said(found.error), starts_over=True)
        return found

    def finalise(self, order: str, csr: str) -> None:
        found = self._order(order)
        if found.status == messages.STATUS_READY:
            self._post(found.finalize, messages.CertificateRequest(csr=x509.load_pem_x509_csr(csr.encode())))
        elif found.status == messages.STATUS_PENDING:
            raise Pending(LOOK_AGAIN)

    def fetch(self, order: str, *, at: datetime) -> str:
        found = self._order(order)
        if found.status == messages.STATUS_READY:
            raise Trouble(Reason.UNUSABLE, "orderNotReady", starts_over=True)
        if found.status != messages.STATUS_VALID or found.certificate is None:
            raise Pending(min(60.0, self._wait(LOOK_AGAIN)))
        return self._post(found.certificate).text

    def revoke(self, chain: str, reason: int, *, at: datetime) -> None:
        certificate = x509.load_pem_x509_certificate(chain.encode())
        try:
            self.call(self.client.revoke, certificate, reason)
        except Trouble as trouble:
            kind = kind_of(trouble.__cause__) if isinstance(trouble.__cause__, messages.Error) else ""
            if kind == "badRevocationReason" and reason:
                return self.revoke(chain, 0, at=at)
            if kind != "alreadyRevoked":
                raise
        return None

    def is_revoked(self, chain: str) -> bool:
        return revoked.is_listed(chain)

    def window(self, chain: str) -> Window | None:
        name = self.reference(chain)
        if not name:
            return None
        url = f"{self.client.directory['renewalInfo']}/{name}"
        answer = self.call(lambda: self.network.get(url).json())
        return self.call(lambda: window_of(answer))  # type: ignore[no-any-return]

    def reference(self, chain: str) -> str:
        try:
            self.call(lambda: self.client.directory["renewalInfo"])
        except Trouble as trouble:
            if isinstance(trouble.__cause__, KeyError):
                return ""
            raise
        return reference_of(x509.load_pem_x509_certificate(chain.encode()))


def kind_of(error: Any) -> str:
    """The last part of an error's type: "badNonce"."""
    return str(getattr(error, "typ", "")).rpartition(":")[2]


def said(error: Any) -> str:
    """What an authority said, for people."""
    return str(getattr(error, "detail", "") or kind_of(error))[:300]


def padded(key: bytes) -> bytes:
    """The bytes of a key that authorities hand out in base64url."""
    return base64.urlsafe_b64decode(key + b"=" * (-len(key) % 4))


def seconds_of(header: str, default: float) -> float:
    """The seconds of a Retry-After header, at most a day; the default when there is none that can be read."""
    if header.isascii() and header.isdigit():
        return float(min(int(header[:9]), 86_400))
    try:
        until = parsedate_to_datetime(header)
    except ValueError:
        return default
    left = (until if until.tzinfo else until.replace(tzinfo=UTC)) - datetime.now(UTC)  # noqa: TID251  the other side's clock
    return min(max(left.total_seconds(), 0.0), 86_400.0)


def window_of(answer: Any) -> Window:
    """The window of a renewal information. Raises ValueError, KeyError."""
    start, end = (parse_datetime(answer["suggestedWindow"][name]) for name in ("start", "end"))
    if start is None or end is None or end <= start:
        raise ValueError("suggestedWindow")
    return Window(start, end, str(answer.get("explanationURL", "")))


def reference_of(certificate: x509.Certificate) -> str:
    """How renewal information names a certificate: its issuer's key and its serial number (RFC 9773, 4.1)."""
    extension = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier)
    number = certificate.serial_number
    serial = number.to_bytes(number.bit_length() // 8 + 1, "big")
    parts = (extension.value.key_identifier or b"", serial)
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)

"""What a customer supplies for HTTPS: a chain and a private key as PEM, looked through before anything is kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.utils.translation import gettext as _

from core.errors import Refused

BYTES, LINKS, RSA_BITS = 65_536, 5, 2048


@dataclass(frozen=True)
class Pair:
    """A chain, leaf first, and the key of the leaf, both as PEM; the names the leaf is for."""

    chain: str
    private_key: str
    names: tuple[str, ...]
    fingerprint: str
    not_before: datetime
    not_after: datetime


def pair(chain: str, private_key: str, *, at: datetime) -> Pair:
    """Read both. Raises Refused, at "chain" or "private_key", for anything that no browser could use."""
    certificates = certificates_of(chain)
    key = key_of(private_key)
    leaf = certificates[0]
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if leaf.public_key().public_bytes(*form) != key.public_key().public_bytes(*form):
        text = _("This key doesn't belong to the first certificate. The certificate of the site comes first.")
        raise wrong(text, "private_key")
    check_order(certificates)
    check_life(leaf, at)
    check_issuers(certificates[1:], at)
    return Pair(
        "".join(one.public_bytes(Encoding.PEM).decode() for one in certificates),
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
        names_of(leaf),
        leaf.fingerprint(hashes.SHA256()).hex(),
        leaf.not_valid_before_utc,
        leaf.not_valid_after_utc,
    )


def certificates_of(chain: str) -> list[x509.Certificate]:
    """The certificates of a PEM, in its order."""
    try:
        if len(chain.encode()) > BYTES:
            raise ValueError
        found = x509.load_pem_x509_certificates(chain.encode())
        for one in found:  # these are read when they are asked for
            _read = one.public_key(), one.extensions
    except (ValueError, TypeError, UnsupportedAlgorithm, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        text = _("This is no certificate in PEM format. It begins with “-----BEGIN CERTIFICATE-----”.")
        raise wrong(text, "chain") from None
    if len(found) > LINKS:
        raise wrong(_("A chain has at most 5 certificates."), "chain")
    return found


def key_of(private_key: str) -> rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey:
    """The private key of a PEM."""
    try:
        if len(private_key.encode()) > BYTES:
            raise ValueError
        key = load_pem_private_key(private_key.encode(), password=None)
    except TypeError:
        text = _("This key is protected by a passphrase. Remove it first: openssl pkey -in key.pem -out plain.pem")
        raise wrong(text, "private_key") from None
    except (ValueError, UnsupportedAlgorithm):
        text = _("This is no private key in PEM format. It begins with “-----BEGIN PRIVATE KEY-----”.")
        raise wrong(text, "private_key") from None
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= RSA_BITS:
        return key
    if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, (ec.SECP256R1, ec.SECP384R1)):
        return key
    raise wrong(_("Keys are RSA of 2048 bits or more, or ECDSA P-256 or P-384."), "private_key")


def check_order(certificates: list[x509.Certificate]) -> None:
    """Raise Refused unless each certificate was issued by the next."""
    for issued, issuer in pairwise(certificates):
        try:
            issued.verify_directly_issued_by(issuer)
        except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
            text = _("The chain is in the wrong order: each certificate must be followed by that of its issuer.")
            raise wrong(text, "chain") from None


def check_life(leaf: x509.Certificate, at: datetime) -> None:
    """Raise Refused for a certificate that isn't valid now."""
    if leaf.not_valid_after_utc <= at:
        raise wrong(_("This certificate has expired. Get a new one from who issued it."), "chain")
    if leaf.not_valid_before_utc > at:
        raise wrong(_("This certificate is not valid yet. Install it when its time has come."), "chain")


def check_issuers(issuers: Iterable[x509.Certificate], at: datetime) -> None:
    """Raise Refused when one of those that vouch for it isn't valid now: browsers would refuse the chain."""
    if not all(one.not_valid_before_utc <= at < one.not_valid_after_utc for one in issuers):
        raise wrong(_("The certificate of its issuer isn't valid now."), "chain")


def names_of(leaf: x509.Certificate) -> tuple[str, ...]:
    """The names it is for, the one of its subject first. Raises Refused when there are none."""
    try:
        extension = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        names: Iterable[str] = extension.value.get_values_for_type(x509.DNSName)
    except x509.ExtensionNotFound:
        names = ()
    common = {str(one.value) for one in leaf.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)}
    found = tuple(sorted(dict.fromkeys(names), key=lambda name: name not in common))
    if not found:
        raise wrong(_("This certificate is for no host name, so browsers would refuse it."), "chain")
    return found


def wrong(text: str, field: str) -> Refused:
    return Refused(text, code="invalid_certificate", field=field, status=400)

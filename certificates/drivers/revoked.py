"""Lists of revoked certificates (CRL, RFC 5280): fetched from where a certificate says, their signature checked."""

from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from django.utils.translation import gettext as _

from certificates.reasons import Reason, Trouble
from core.fetch import Unfetchable, Unreachable, fetch

BYTES = 10_485_760


def is_listed(chain: str, *, at: datetime) -> bool:
    """Whether the leaf of a chain is on its authority's list; False when it names no list.

    Raises Trouble for a list that isn't there, that its issuer didn't sign, or that is out of date.
    """
    leaf, *issuers = x509.load_pem_x509_certificates(chain.encode())
    urls = places(leaf)
    if not urls or not issuers:
        return False
    try:
        answer = fetch(urls[0], seconds=20, most=BYTES)
    except (Unfetchable, Unreachable) as error:
        raise Trouble(Reason.DOWN, f"{urls[0]}: {error}") from error
    if not answer.is_ok:
        raise Trouble(Reason.DOWN, f"{urls[0]}: HTTP {answer.status}")
    try:
        return listed(leaf, issuers[0], answer.body, at=at)
    except Trouble as trouble:
        raise Trouble(trouble.reason, f"{urls[0]}: {trouble}") from trouble


def places(leaf: x509.Certificate) -> list[str]:
    """Where its authority publishes the list."""
    try:
        points = leaf.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return []
    return [one.value for point in points for one in point.full_name or () if one.value.startswith("http")]


def listed(leaf: x509.Certificate, issuer: x509.Certificate, content: bytes, *, at: datetime) -> bool:
    """Whether the list has the certificate's number on it. Raises Trouble for one that can't be believed."""
    try:
        is_pem = content.startswith(b"-----BEGIN")  # not what RFC 5280 says, but some do
        found = x509.load_pem_x509_crl(content) if is_pem else x509.load_der_x509_crl(content)
        is_signed = found.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]
    except (ValueError, TypeError, UnsupportedAlgorithm, InvalidSignature) as error:
        raise Trouble(Reason.UNUSABLE, _("This is no list of revoked certificates.")) from error
    if not is_signed or found.issuer != issuer.subject:
        raise Trouble(Reason.UNUSABLE, _("The list of revoked certificates isn't signed by the issuer."))
    if found.get_revoked_certificate_by_serial_number(leaf.serial_number) is not None:
        return True
    if found.next_update_utc is not None and found.next_update_utc < at:
        raise Trouble(Reason.UNUSABLE, _("The list of revoked certificates is out of date."))
    return False

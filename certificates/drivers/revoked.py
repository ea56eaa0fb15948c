"""Lists of revoked certificates (CRL, RFC 5280): fetched from where a certificate says, their signature checked."""

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from certificates.reasons import Reason, Trouble
from core.fetch import Unfetchable, Unreachable, fetch

BYTES = 10_485_760


def is_listed(chain: str) -> bool:
    """Whether the leaf of a chain is on its authority's list; False when it names no list. Raises Trouble."""
    leaf, *issuers = x509.load_pem_x509_certificates(chain.encode())
    urls = places(leaf)
    if not urls or not issuers:
        return False
    try:
        answer = fetch(urls[0], seconds=20, most=BYTES)
    except (Unfetchable, Unreachable) as error:
        raise Trouble(Reason.DOWN, str(error)) from error
    return listed(leaf, issuers[0], answer.body)


def places(leaf: x509.Certificate) -> list[str]:
    """Where its authority publishes the list."""
    try:
        points = leaf.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return []
    return [one.value for point in points for one in point.full_name or () if one.value.startswith("http")]


def listed(leaf: x509.Certificate, issuer: x509.Certificate, content: bytes) -> bool:
    """Whether the list has the certificate's number on it. Raises Trouble for one that the issuer didn't sign."""
    try:
        found = x509.load_der_x509_crl(content)
        if not found.is_signature_valid(issuer.public_key()):  # type: ignore[arg-type]
            raise InvalidSignature
    except (ValueError, TypeError, InvalidSignature) as error:
        raise Trouble(Reason.UNUSABLE, "CRL") from error
    return found.get_revoked_certificate_by_serial_number(leaf.serial_number) is not None

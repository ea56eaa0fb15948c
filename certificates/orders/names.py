"""Host names that a certificate can be for: read, sent as DNS has them, shown as people write them."""

import re
from collections.abc import Iterable
from ipaddress import ip_address

import idna
from django.utils.translation import gettext as _

from core.errors import Refused

LENGTH = 253
LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
# Never in public DNS (RFC 6761, 6762, 7686, 8375, 9476), or used inside networks only.
INTERNAL = re.compile(
    r"local|localhost|localdomain|internal|intranet|private|corp|home|lan|test|example|invalid|onion|alt|arpa"
)
# Under these, names belong to different owners: those of Japan, and the usual ones elsewhere.
SUFFIX = re.compile(
    r"(ac|ad|co|ed|go|gr|lg|ne|or)\.jp|"
    r"(aichi|akita|aomori|chiba|ehime|fukui|fukuoka|fukushima|gifu|gunma|hiroshima|hokkaido|hyogo|ibaraki|ishikawa|"
    r"iwate|kagawa|kagoshima|kanagawa|kochi|kumamoto|kyoto|mie|miyagi|miyazaki|nagano|nagasaki|nara|niigata|oita|"
    r"okayama|okinawa|osaka|saga|saitama|shiga|shimane|shizuoka|tochigi|tokushima|tokyo|tottori|toyama|wakayama|"
    r"yamagata|yamaguchi|yamanashi)\.jp|"
    r"(ac|co|com|edu|gov|net|org)\.(au|br|cn|hk|id|kr|nz|sg|th|tw|uk|za)"
)


def read(text: str, *, limit: int, wildcards: bool) -> tuple[str, ...]:
    """The names of a text, apart by spaces, commas or lines, the first one the main one. Raises Refused, with which.

    limit: how many there may be. wildcards: whether "*.example.jp" is possible.
    """
    parts = [part for part in re.split(r"[\s,、]+", text) if part]
    if not parts:
        raise wrong(_("Enter at least one host name."))
    found = tuple(one(part, wildcards=wildcards) for part in parts)
    twice = next((name for name in found if found.count(name) > 1), "")
    if twice:
        raise wrong(_("“%(name)s” is there twice.") % {"name": shown(twice)})
    covered = next((name for name in found if f"*.{name.partition('.')[2]}" in found and "*" not in name), "")
    if covered:
        raise wrong(_("“%(name)s” is covered by the wildcard already.") % {"name": shown(covered)})
    if len(found) > limit:
        raise wrong(_("A certificate is for at most %(limit)s names.") % {"limit": limit})
    return found


def one(text: str, *, wildcards: bool) -> str:
    """One name as DNS has it. Raises Refused."""
    star, base = ("*.", text[2:]) if text.startswith("*.") else ("", text)
    if star and not wildcards:
        raise wrong(_("“%(name)s”: a wildcard needs DNS-01 and an authority that issues it.") % {"name": text[:80]})
    if is_address(base):
        raise wrong(_("“%(name)s” is an IP address; certificates are for names.") % {"name": text[:80]})
    name = ascii_of(base)
    if len(star + name) > LENGTH:
        raise wrong(_("“%(name)s…” is longer than 253 characters.") % {"name": text[:40]})
    labels = name.split(".")
    if len(labels) < 2 or not all(LABEL.fullmatch(label) for label in labels) or labels[-1].isdigit():
        raise wrong(_("“%(name)s” is no host name.") % {"name": text[:80]})
    check_public(name, labels[-1], text)
    return star + name


def check_public(name: str, top: str, text: str) -> None:
    """Raise Refused for what nobody on the internet can reach, or what belongs to many."""
    if INTERNAL.fullmatch(top):
        raise wrong(
            _("“%(name)s” is a name of an internal network, which no authority can check.") % {"name": text[:80]}
        )
    if SUFFIX.fullmatch(name):
        raise wrong(_("Names below “%(name)s” belong to different owners.") % {"name": text[:80]})


def ascii_of(text: str) -> str:
    """A name in the form DNS has: small letters, other scripts by IDNA 2008. Raises Refused."""
    plain = text.rstrip(".。．").lower()
    if plain.isascii() and "xn--" not in plain:
        return plain
    try:
        return idna.encode(plain, uts46=True).decode()
    except idna.IDNAError:
        raise wrong(_("“%(name)s” is no host name.") % {"name": text[:80]}) from None


def shown(name: str) -> str:
    """A name as people write it: "日本語.jp"; as it is where that can't be said."""
    star, base = ("*.", name[2:]) if name.startswith("*.") else ("", name)
    if "xn--" not in base:
        return name
    try:
        return star + idna.decode(base)
    except idna.IDNAError:
        return name


def is_address(text: str) -> bool:
    try:
        ip_address(text.strip("[]"))
    except ValueError:
        return False
    return True


def overlap(names: Iterable[str], others: Iterable[str]) -> list[str]:
    """The names that both are for."""
    return sorted(set(names) & set(others))


def wrong(text: str) -> Refused:
    return Refused(text, code="invalid_name", field="names", status=400)

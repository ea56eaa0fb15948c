"""Looking at names before an authority does: what DNS says of them, and whether they lead to a load balancer."""

from dataclasses import dataclass
from functools import cache
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from certificates.drivers import dns
from core.fetch import Unfetchable, Unreachable, fetch


@dataclass(frozen=True)
class Caa:
    """A CAA record. tag: "issue", "issuewild", "iodef" or another."""

    tag: str
    value: str
    is_critical: bool = False


class Looker(Protocol):
    """Looks from here, as an authority would."""

    def addresses(self, name: str, *, hoped: str) -> list[str]:
        """Where a name leads. hoped: the address it should; the embedded one finds just that."""

    def caa(self, name: str) -> list[Caa]:
        """The CAA records that hold for a name: its own, else those of the nearest domain above it."""

    def texts(self, name: str, *, hoped: str) -> list[str]:
        """The TXT records of a name."""

    def answer(self, name: str, path: str, *, hoped: str) -> str:
        """What is answered over HTTP; "" when nothing useful is."""


class Simulated:
    """The embedded one: everything is well, except for names that begin with what is wrong with them."""

    def addresses(self, name: str, *, hoped: str) -> list[str]:
        if name.startswith("nowhere."):
            return []
        return ["203.0.113.80"] if name.startswith("elsewhere.") else [hoped]

    def caa(self, name: str) -> list[Caa]:
        return [Caa("issue", "another-authority.example")] if name.startswith("caa.") else []

    def texts(self, name: str, *, hoped: str) -> list[str]:
        return [] if name.startswith("_acme-challenge.norecord.") else [hoped]

    def answer(self, name: str, path: str, *, hoped: str) -> str:
        return "" if name.startswith(("nowhere.", "elsewhere.", "silent.")) else hoped


class Internet:
    """The real one: asks settings.DNS_SERVER, and fetches like everything else here."""

    def addresses(self, name: str, *, hoped: str) -> list[str]:
        return [*dns.ask(name, "A"), *dns.ask(name, "AAAA")]

    def caa(self, name: str) -> list[Caa]:
        labels = name.removeprefix("*.").split(".")
        for start in range(len(labels)):
            if found := dns.ask(".".join(labels[start:]), "CAA"):
                return [caa_of(record) for record in found]
        return []

    def texts(self, name: str, *, hoped: str) -> list[str]:
        return dns.ask(name, "TXT")

    def answer(self, name: str, path: str, *, hoped: str) -> str:
        port = "" if settings.ACME_HTTP_PORT == 80 else f":{settings.ACME_HTTP_PORT}"
        try:
            answer = fetch(f"http://{name}{port}{path}", redirects=0, seconds=5, most=1000)
        except (Unfetchable, Unreachable):
            return ""
        return answer.body.decode("ascii", "replace").strip() if answer.is_ok else ""


def caa_of(record: str) -> Caa:
    """A record as `dns.ask` writes it: flags, tag and value."""
    flags, tag, value = record.split(" ", 2)
    return Caa(tag.lower(), value.partition(";")[0].strip().lower(), bool(int(flags) & 128))


@cache
def looker() -> Looker:
    """The one of this installation (settings.NAME_LOOKER)."""
    made: Looker = import_string(settings.NAME_LOOKER)()
    return made

"""What an app sells: one `Service` per offer, made of the closed lists of the terms."""

from dataclasses import dataclass
from typing import Any

from django.utils import translation

from billing.contracts.endings import Closing, Due, Renewal
from core.errors import Text


@dataclass(frozen=True, kw_only=True)
class Service:
    """One offer. A contract freezes `terms()` when it is opened; later changes here don't touch running contracts.

    code: stable key, "server". title: lazy text for people. clause: the article of the terms that offers it, "2-1".
    item: the price book item it is mainly charged by, if any. consents: codes of documents to accept before ordering.
    individuals: whether individuals may order (34-2, 53-2 say no). business_use: clause that demands the declaration of
    business use ("10-2", "34-2", "53-2"), or "". quota: how many one project may have unless staff raised it; None: any
    number. screened: staff look at the application before anything is provided (71-1). survives: clause by which it
    goes on when all base services have ended ("14-1", "74-2"), or "": then it hangs on others by links only.
    """

    code: str
    title: Text
    clause: str
    item: str = ""
    closing: Closing = Closing.SAME_DAY
    renewal: Renewal = Renewal.NONE
    due: Due = Due.TENTH
    consents: tuple[str, ...] = ()
    individuals: bool = True
    business_use: str = ""
    quota: int | None = None
    screened: bool = False
    survives: str = ""

    def terms(self) -> dict[str, Any]:
        """What a contract freezes: JSON. The title is kept in English, the language of the message catalogue."""
        with translation.override(None):
            title = str(self.title)
        return {
            "title": title,
            "clause": self.clause,
            "item": self.item,
            "closing": str(self.closing),
            "renewal": str(self.renewal),
            "business_use": self.business_use,
            "survives": self.survives,
        }

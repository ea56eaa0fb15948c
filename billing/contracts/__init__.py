"""What customers agreed to.

contract = contracts.open(SERVER, server, project=project, by=by, at=at)
contracts.close(contract, by=by, at=at)
"""

from billing.contracts.ending import Ending, close, confirm, end, provide, refuse, renew, set_term, withdraw
from billing.contracts.endings import Closing, Due, Renewal
from billing.contracts.graph import Family, base_services, dependants, may_end, outliving
from billing.contracts.models import ENDS, REFUSES, SURVIVES, Contract, Link, OnEnd, Quota, Standing
from billing.contracts.opening import change, check, check_standing, link, open, rename, unlink
from billing.contracts.quotas import quota_of, set_limit
from billing.contracts.service import Service

__all__ = [
    "ENDS",
    "REFUSES",
    "SURVIVES",
    "Closing",
    "Contract",
    "Due",
    "Ending",
    "Family",
    "Link",
    "OnEnd",
    "Quota",
    "Renewal",
    "Service",
    "Standing",
    "base_services",
    "change",
    "check",
    "check_standing",
    "close",
    "confirm",
    "dependants",
    "end",
    "link",
    "may_end",
    "open",
    "outliving",
    "provide",
    "quota_of",
    "refuse",
    "rename",
    "renew",
    "set_limit",
    "set_term",
    "unlink",
    "withdraw",
]

"""The contract of Secure Mobile Connect: concluded by the first SIM or gateway, ended by deleting the last."""

from mobile.connect.models import Connect
from mobile.connect.yearly import Kind, lock
from mobile.services import CONNECT

# The services whose contracts keep it going: deleting all of them is the full deletion (49-1, 49-2).
PARTS = ("sim", "gateway")
PAGE = "/connect"
# Concluded by the first SIM or gateway, whichever comes first; for business only (34-1, 34-2).
KIND = Kind(Connect, CONNECT, PARTS, "connect", PAGE)

of = KIND.of
declared = KIND.declared
contract_for = KIND.contract_for
released = KIND.released
remind = KIND.remind
end = KIND.end

__all__ = ["KIND", "PAGE", "PARTS", "contract_for", "declared", "end", "lock", "of", "released", "remind"]

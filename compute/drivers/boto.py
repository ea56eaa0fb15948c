"""AWS Direct Connect by boto3: a hosted connection on our interconnect for each customer's AWS account.

Needs the extra `aws`, settings.AWS_INTERCONNECT (our connection at AWS, "dxcon-...") and credentials where boto3 looks
for them. Data is measured by our own routers, not by AWS (24-2): `manage.py import_aws_traffic` brings it in.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from importlib import import_module
from typing import Any
from uuid import UUID

from django.conf import settings

from compute.drivers.direct_connect import LineSpec, Transfer
from core.operations import Gone, Rejected, Retryable

STATES = {
    "ordering": "REQUESTED",  # a hosted connection waits for the customer's acceptance
    "requested": "PENDING",
    "pending": "PENDING",
    "available": "AVAILABLE",
    "down": "DOWN",
    "unknown": "DOWN",
    "rejected": "REJECTED",
}
GONE = ("deleting", "deleted")


def new_client() -> Any:
    """A client of boto3. Raises Rejected when the extra isn't installed."""
    try:
        boto3 = import_module("boto3")
    except ImportError as error:
        raise Rejected("boto3 isn't installed: install the extra “aws” (pip install engawa[aws])") from error
    return boto3.client("directconnect", region_name=settings.AWS_REGION)


class Boto:
    """A `DirectConnect` at AWS."""

    def __init__(self, client: Any = None) -> None:
        self._client = client

    def order(self, ref: str, spec: LineSpec, *, key: UUID, at: datetime) -> str:
        known = self._found(ref)
        if known is None:
            known = self._call(
                "allocate_hosted_connection", connectionId=settings.AWS_INTERCONNECT, ownerAccount=spec.aws_account,
                bandwidth=settings.AWS_BANDWIDTH, connectionName=ref, vlan=spec.vlan,
            )  # fmt: skip
        return STATES.get(known["connectionState"], "DOWN")

    def state(self, ref: str, *, at: datetime) -> str:
        known = self._found(ref)
        if known is None:
            raise Gone("AWS doesn't know this connection.")
        return STATES.get(known["connectionState"], "DOWN")

    def delete(self, ref: str, *, key: UUID, at: datetime) -> None:
        known = self._found(ref)
        if known is not None:
            self._call("delete_connection", connectionId=known["connectionId"])

    def transfers(self, ref: str, start: datetime, end: datetime) -> Sequence[Transfer]:
        return []

    def _found(self, ref: str) -> dict[str, Any] | None:
        """The hosted connection of that name; None when there is none, or not any more."""
        asked: dict[str, Any] = {"connectionId": settings.AWS_INTERCONNECT}
        while True:
            page = self._call("describe_hosted_connections", **asked)
            for one in page["connections"]:
                if one["connectionName"] == ref and one["connectionState"] not in GONE:
                    found: dict[str, Any] = one
                    return found
            if not page.get("nextToken"):
                return None
            asked["nextToken"] = page["nextToken"]

    def _call(self, verb: str, **values: Any) -> dict[str, Any]:
        if self._client is None:
            self._client = new_client()
        errors = import_module("botocore.exceptions")
        call: Callable[..., dict[str, Any]] = getattr(self._client, verb)
        try:
            return call(**values)
        except errors.ClientError as error:
            said = error.response["Error"]
            refused = said["Code"] == "DirectConnectClientException"
            raise (Rejected if refused else Retryable)(f"{said['Code']}: {said['Message']}"[:200]) from error
        except errors.NoCredentialsError as error:
            raise Rejected("boto3 finds no credentials for AWS") from error
        except errors.BotoCoreError as error:
            raise Retryable(str(error)[:200]) from error

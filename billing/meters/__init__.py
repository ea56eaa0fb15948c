"""Meters: `meters.start(contract, "server", "2core-4gb", at=at)`, `meters.stop(contract, at=at)`, `meters.add(...)`."""

from billing.meters.actions import add, start, stop
from billing.meters.models import Count, Span

__all__ = ["Count", "Span", "add", "start", "stop"]

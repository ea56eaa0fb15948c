"""Measurements over a period: `Start` and `End` of the query, `Data` of the answer."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from core.api.endpoints import Endpoint, Reply
from core.api.fields import Instant, instant
from core.api.wire import BadQuery
from core.calendar import DAY

# What one answer covers at most, and the seconds between two measurements.
LONGEST = timedelta(days=7)
STEP = 300
Measured = Iterable[tuple[datetime, Mapping[str, float]]]


def monitored(request: Any, measure: Callable[[datetime, datetime, int], Measured]) -> Reply:
    """What measure(start, end, step) finds, every five minutes; the last day unless the query says otherwise.

    The newest seven days of a longer period. Raises BadQuery for what isn't a time.
    """
    asked = Endpoint.find(request).rest
    end = min(moment(asked, "End", request.now), request.now)
    start = max(moment(asked, "Start", end - DAY), end - LONGEST)
    return Reply({"Data": {instant(at): values for at, values in measure(start, end, STEP)}}, success=None)


def moment(asked: Mapping[str, Any], name: str, default: datetime) -> datetime:
    """A time of the query. Raises BadQuery."""
    sent = asked.get(name)
    try:
        return Instant(name).read(str(sent)) if sent else default
    except ValueError as error:
        raise BadQuery(_("“%(name)s” of the query can't be read.") % {"name": name}, field=name) from error

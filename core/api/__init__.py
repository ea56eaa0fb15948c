"""The core of the API: the wire, searches, fields, collections, the envelope. It knows no app and no product noun."""

from core.api.body import Body
from core.api.collections import Collection
from core.api.endpoints import Endpoint, NotFound, Reply, accepted, body_of, number_of
from core.api.errors import error_answer, json_answer
from core.api.fields import Choice, Column, Field, Fixed, Flag, Id, Instant, Made, Presence, Tags, Text, Whole
from core.api.find import Find
from core.api.monitor import Measured, monitored
from core.api.schema import CollectionSchema
from core.api.shape import Link, Many, Part
from core.api.together import Together
from core.api.wire import BadQuery

__all__ = [
    "BadQuery", "Body", "Choice", "Collection", "CollectionSchema", "Column", "Endpoint", "Field", "Find", "Fixed",
    "Flag", "Id", "Instant", "Link", "Made", "Many", "Measured", "NotFound", "Part", "Presence", "Reply", "Tags",
    "Text", "Together", "Whole", "accepted", "body_of", "error_answer", "json_answer", "monitored", "number_of",
]  # fmt: skip

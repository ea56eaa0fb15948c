"""OpenAPI of collections, drawn from the fields they declare (drf-spectacular puts it together)."""

import re
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent

from core.api.fields import Choice, Column, Field, Fixed, Flag, Id, Instant, Made, Presence, Tags, Whole
from core.api.shape import Link, Many, Part

Json = dict[str, Any]
TEXT: Json = {"type": "string"}
TYPES: dict[type[Field], Json] = {
    Id: {"type": "string", "pattern": "^[0-9]+$", "nullable": True},
    Whole: {"type": "integer", "nullable": True},
    Flag: {"type": "boolean"},
    Instant: {"type": "string", "format": "date-time", "nullable": True},
    Tags: {"type": "array", "items": TEXT},
}
ERROR: Json = {
    "type": "object",
    "required": ["is_fatal", "serial", "status", "error_code", "error_msg"],
    "properties": {
        "is_fatal": {"type": "boolean"},
        "serial": TEXT,
        "status": TEXT,
        "error_code": TEXT,
        "error_msg": TEXT,
        "field": TEXT,
        "clause": TEXT,
    },
}


def schema_of(field: Field) -> Json:
    """The JSON schema of a field's values."""
    match field:
        case Part():
            names = {name: schema_of(inner) for name, inner in field.tree.items()}
            return {"type": "object", "properties": names, **({"nullable": True} if isinstance(field, Link) else {})}
        case Many():
            return {"type": "array", "items": schema_of(field.fields)}
        case Choice():
            return {**TEXT, "enum": sorted(set(field.words.values()))}
        case Presence():
            return {**TEXT, "enum": [field.present, field.absent]}
        case Fixed() | Made():
            return {}
    return TYPES.get(type(field), {**TEXT, "nullable": True})


class CollectionSchema(AutoSchema):
    """Describes an `Endpoint` of a collection."""

    def get_operation(self, path: str, path_regex: str, path_prefix: str, method: str, registry: Any) -> Json:
        self.path, self.path_regex, self.path_prefix, self.method, self.registry = (
            path, path_regex, path_prefix, method.upper(), registry,
        )  # fmt: skip
        view: Any = self.view
        handler, collection = view.handlers[self.method], view.collection
        is_list = handler == collection.answer_list
        parameters = [parameter(name, "path", required=True) for name in re.findall(r"{(\w+)}", path)]
        return {
            "operationId": re.sub(r"\W+", "_", f"{method}_{path.removeprefix(path_prefix)}").strip("_").lower(),
            "summary": summary(collection, handler),
            "tags": [collection.plural],
            "parameters": [*parameters, *(searches(collection.fields) if is_list else [])],
            "security": self.get_auth(),
            "responses": {"200": answer(listed(collection) if is_list else single(collection)), **self.refusals()},
        }

    def refusals(self) -> Json:
        """The answers that say no."""
        error = ResolvedComponent("Error", ResolvedComponent.SCHEMA, ERROR, "Error")  # type: ignore[no-untyped-call]
        self.registry.register_on_missing(error)
        return {status: answer(error.ref) for status in ("400", "401", "403", "404", "405", "409", "429")}


def summary(collection: Any, handler: Any) -> str:
    """What a list holds by its class's words, what a verb does by its function's."""
    if handler == collection.answer_item:
        return f"One {collection.singular}"
    described = type(collection) if handler == collection.answer_list else handler
    return (described.__doc__ or "").partition("\n")[0]


def answer(schema: Json) -> Json:
    """A JSON answer."""
    return {"description": "", "content": {"application/json": {"schema": schema}}}


def parameter(name: str, place: str, *, required: bool = False, **schema: Any) -> Json:
    """One parameter of an address or a query; a text unless said otherwise."""
    return {"name": name, "in": place, "required": required, "schema": schema or TEXT}


def searches(part: Part) -> list[Json]:
    """The query parameters of a list: the search's own, and a filter for each field that can be one."""
    filters = [name for name, field in part.tree.items() if isinstance(field, Column)]
    whole = [parameter(name, "query", type="integer", minimum=0) for name in ("From", "Count")]
    return [*whole, *(parameter(name, "query") for name in ("Sort", "Include", "Exclude", *filters))]


def listed(collection: Any) -> Json:
    """The envelope of a list."""
    numbers = {name: {"type": "integer"} for name in ("From", "Count", "Total")}
    rows = {collection.plural: {"type": "array", "items": schema_of(collection.fields)}}
    return {"type": "object", "properties": {**numbers, **rows, "is_ok": {"type": "boolean"}}}


def single(collection: Any) -> Json:
    """The envelope of one thing."""
    flags = {name: {"type": "boolean"} for name in ("Success", "is_ok")}
    return {"type": "object", "properties": {collection.singular: schema_of(collection.fields), **flags}}

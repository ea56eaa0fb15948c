"""The same thing by program: curl, usacloud and Terraform, made of one recipe, every value quoted.

    recipe = Recipe("switch", "is1b", {"Switch": {"Name": "lan"}}, "switch", {"name": "lan"},
                    [Block("sakuracloud_switch", {"name": "lan"})])
    recipe.ordering()             samples for an order form
    recipe.reading(113700000001)  samples for the page of a thing

All three read the key from SAKURACLOUD_ACCESS_TOKEN and SAKURACLOUD_ACCESS_TOKEN_SECRET, as the tools themselves do.
Nothing secret is ever written into a sample.
"""

import json
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.conf import settings

AUTH = '-u "$SAKURACLOUD_ACCESS_TOKEN:$SAKURACLOUD_ACCESS_TOKEN_SECRET"'
# Stands in JSON for a number that the line before has put into the shell's variable ID.
EARLIER = "\ue000"
HEAD = """terraform {
  required_providers {
    sakuracloud = {
      source = "sacloud/sakuracloud"
    }
  }
}
"""


class Sample(NamedTuple):
    """One way to do it. label: whom it is copied for."""

    label: str
    text: str


@dataclass(frozen=True)
class Ref:
    """An attribute of another block, written without quotes."""

    name: str


@dataclass(frozen=True)
class Block:
    """A Terraform resource. Attributes: texts, numbers, lists, `Ref`s, dicts (blocks); what is empty is left out.

    number: of the thing it describes, when that is another one than the page's.
    """

    type: str
    attributes: Mapping[str, Any]
    number: int = 0

    @property
    def label(self) -> str:
        """Its name within the configuration, made of what it is called."""
        word = re.sub(r"[^a-z0-9_]+", "_", str(self.attributes.get("name", "")).lower()).strip("_")
        return word if word and word[0].isalpha() else f"this_{word}".rstrip("_")

    @property
    def address(self) -> str:
        """How others refer to it."""
        return f"{self.type}.{self.label}"

    def text(self) -> str:
        """As configuration, aligned as the tool formats it."""
        return f'resource "{self.type}" "{self.label}" {{\n{body(self.attributes)}}}\n'


@dataclass(frozen=True)
class Recipe:
    """How a thing is ordered. collection, body: of the API; command, flags: of usacloud; blocks: of Terraform.

    zone: "" for what belongs to none. following: more shell lines after the order, in which $ID is its number.
    """

    collection: str
    zone: str
    body: Mapping[str, Any]
    command: str
    flags: Mapping[str, Any]
    blocks: Sequence[Block] = field(default_factory=list)
    following: Sequence[str] = ()

    @property
    def root(self) -> str:
        """The API's address of the zone; what belongs to none is asked for at any."""
        return f"{settings.BASE_URL}/cloud/zone/{self.zone or 'is1a'}/api/cloud/1.1"

    def ordering(self) -> list[Sample]:
        """How to order it."""
        order = curl("POST", f"{self.root}/{self.collection}", self.body)
        lines = [f"ID=$({order} | jq -r '.[\"{next(iter(self.body))}\"].ID')", *self.following]
        cli = usacloud(self.command, "create", **self.placed(), **self.flags)
        return self.samples("\n".join(lines) if self.following else order, cli, terraform(self.blocks, self.zone))

    def reading(self, number: int) -> list[Sample]:
        """How to read it, and how Terraform takes it over."""
        cli = usacloud(self.command, "read", str(number), **self.placed())
        taken = [imported(block, number) for block in self.blocks]
        configuration = "\n".join([terraform(self.blocks, self.zone), *taken]) if self.blocks else ""
        return self.samples(curl("GET", f"{self.root}/{self.collection}/{number}"), cli, configuration)

    def placed(self) -> dict[str, str]:
        return {"zone": self.zone} if self.zone else {}

    def samples(self, shell: str, cli: str, configuration: str) -> list[Sample]:
        """Those that there are."""
        ways = (("curl", shell), ("usacloud", cli if self.command else ""), ("Terraform", configuration))
        return [Sample(label, text) for label, text in ways if text]


def curl(method: str, url: str, said: Mapping[str, Any] | None = None) -> str:
    """A line for the shell. Where the body has EARLIER, the shell puts in $ID."""
    parts = ["curl -fsS", AUTH]
    if method not in ("GET", "POST"):
        parts.append(f"-X {method}")
    if said is not None:
        text = shlex.quote(json.dumps(said, ensure_ascii=False))
        parts.append("-d " + text.replace(EARLIER, "'\"$ID\"'"))
    return " ".join([*parts, shlex.quote(url).replace(EARLIER, "'\"$ID\"'")])


def panel(things: str, order: Mapping[str, Any] | None = None, *, number: int = 0) -> list[Sample]:
    """What only our own API knows. things: the word in its address; an order makes one, a number reads one."""
    url = f"{settings.BASE_URL}/api/panel/1.0/{things}"
    return [Sample("curl", curl("GET", f"{url}/{number}") if number else curl("POST", url, order))]


def usacloud(command: str, verb: str, *arguments: str, **flags: Any) -> str:
    """Two lines: where our API is, and the command. True is a bare flag; None, "" and empty lists are left out."""
    words = ["usacloud", command, verb]
    for name, value in flags.items():
        if value is True:
            words.append(f"--{name.replace('_', '-')}")
        elif value not in (None, "", [], (), False):
            text = ",".join(map(comma_safe, value)) if isinstance(value, list | tuple) else str(value)
            words += [f"--{name.replace('_', '-')}", shlex.quote(text)]
    if verb == "create":
        words.append("-y")
    where = f"export SAKURACLOUD_API_ROOT_URL={shlex.quote(settings.BASE_URL + '/cloud/zone')}"
    return f"{where}\n{' '.join([*words, *map(shlex.quote, arguments)])}"


def comma_safe(word: Any) -> str:
    """A member of a list flag, which is read as CSV."""
    text = str(word)
    return '"' + text.replace('"', '""') + '"' if re.search(r'[",\s]', text) else text


def terraform(blocks: Sequence[Block], zone: str) -> str:
    """A whole configuration; "" without blocks."""
    if not blocks:
        return ""
    provider = {"api_root_url": f"{settings.BASE_URL}/cloud/zone", "zone": zone}
    return "\n".join([HEAD, f'provider "sakuracloud" {{\n{body(provider)}}}\n', *(block.text() for block in blocks)])


def imported(block: Block, number: int) -> str:
    """How Terraform takes over what exists."""
    return f'import {{\n  to = {block.address}\n  id = "{block.number or number}"\n}}\n'


def body(attributes: Mapping[str, Any], indent: str = "  ") -> str:
    """The inside of a block: attributes aligned, then the blocks within."""
    said = {name: value for name, value in attributes.items() if value not in (None, "", [], (), {})}
    plain = {name: value for name, value in said.items() if not nested(value)}
    width = max((len(name) for name in plain), default=0)
    text = "".join(f"{indent}{name.ljust(width)} = {written(value)}\n" for name, value in plain.items())
    for name, value in said.items():
        if nested(value):
            for one in [value] if isinstance(value, Mapping) else value:
                text += ("\n" if text else "") + f"{indent}{name} {{\n{body(one, indent + '  ')}{indent}}}\n"
    return text


def nested(value: Any) -> bool:
    """Whether it is a block, or several."""
    return isinstance(value, Mapping) or (isinstance(value, list) and bool(value) and isinstance(value[0], Mapping))


def written(value: Any) -> str:
    """A value as Terraform writes it."""
    if isinstance(value, Ref):
        return value.name
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(written, value))}]"
    return quoted(str(value))


def quoted(text: str) -> str:
    """A text between quotes: nothing in it is an expression."""
    safe = json.dumps(text, ensure_ascii=False).replace("\\b", "\\u0008").replace("\\f", "\\u000c")
    return safe.replace("${", "$${").replace("%{", "%%{")

"""The grammar of what the tools of our users take, as far as samples use it: usacloud flags, Terraform configuration.

Written from design/api.md and the tools' own documentation; it knows names, not programs.
"""

import json
import re
import shlex
from typing import Any

LABELS = {"--name", "--description", "--tags"}
EDIT = {"host-name", "password", "ssh-key-ids", "note-ids", "disable-pw-auth"}
FLAGS: dict[str, set[str]] = {
    "server": LABELS
    | {"--cpu", "--memory", "--boot-after-create", "--network-interface-upstream", "--network-interfaces", "--disks"}
    | {"--disk-name", "--disk-disk-plan", "--disk-size", "--disk-source-archive-id", "--disk-source-disk-id"}
    | {f"--disk-edit-{name}" for name in EDIT},
    "disk": LABELS
    | {"--disk-plan", "--size", "--source-archive-id", "--source-disk-id"}
    | {f"--edit-disk-{name}" for name in EDIT},
    "archive": LABELS | {"--size", "--source-archive-id", "--source-disk-id", "--source-file"},
    "cdrom": LABELS | {"--size", "--source-file"},
    "switch": LABELS,
    "internet": LABELS | {"--band-width", "--netmask"},
    "bridge": {"--name", "--description"},
    "packet-filter": {"--name", "--description", "--expressions"},
    "ssh-key": {"--name", "--description", "--public-key"},
    "note": {"--name", "--tags", "--class", "--content"},
}
BARE = {"--boot-after-create", "--disk-edit-disable-pw-auth", "--edit-disk-disable-pw-auth", "-y"}
ZONED = {"server", "disk", "archive", "cdrom", "switch", "internet", "bridge", "packet-filter"}
COMMON = {"name", "description", "tags", "zone"}
ATTRIBUTES: dict[str, set[str]] = {
    "sakuracloud_server": COMMON | {"core", "memory", "disks", "network_interface", "disk_edit_parameter"},
    "sakuracloud_disk": COMMON | {"plan", "size", "source_archive_id", "source_disk_id"},
    "sakuracloud_archive": COMMON | {"size", "archive_file"},
    "sakuracloud_cdrom": COMMON | {"size", "iso_image_file"},
    "sakuracloud_switch": COMMON | {"bridge_id"},
    "sakuracloud_internet": COMMON | {"band_width", "netmask", "enable_ipv6"},
    "sakuracloud_subnet": {"internet_id", "netmask", "next_hop"},
    "sakuracloud_bridge": {"name", "description"},
    "sakuracloud_packet_filter": {"name", "description", "expression"},
    "sakuracloud_ssh_key": {"name", "description", "public_key"},
    "sakuracloud_note": {"name", "tags", "class", "content"},
    "network_interface": {"upstream", "packet_filter_id", "user_ip_address"},
    "disk_edit_parameter": {"hostname", "password", "ssh_key_ids", "note_ids", "disable_pw_auth"},
    "expression": {"protocol", "allow", "source_network", "source_port", "destination_port", "description"},
    "provider": {"api_root_url", "zone"},
    "import": {"to", "id"},
}
TOKEN = re.compile(r'\s*(?:(?P<text>"(?:[^"\\\n]|\\.)*")|(?P<word>[A-Za-z_][A-Za-z0-9_.]*|\d+)|(?P<mark>[{}=\[\],]))')


def usacloud(text: str) -> dict[str, Any]:
    """A sample's command: {"command", "verb", "arguments", flags...}. AssertionError for what it refuses."""
    where, _line, command = text.partition("\n")
    assert shlex.split(where)[0] == "export"
    assert shlex.split(where)[1].startswith("SAKURACLOUD_API_ROOT_URL=http")
    program, noun, verb, *words = shlex.split(command)
    assert (program, verb in ("create", "read")) == ("usacloud", True)
    found: dict[str, Any] = {"command": noun, "verb": verb, "arguments": []}
    rest = iter(words)
    for word in rest:
        if word in BARE:
            found[word] = True
        elif word.startswith("--"):
            allowed = (FLAGS[noun] if verb == "create" else set()) | ({"--zone"} if noun in ZONED else set())
            assert word in allowed, (noun, word)
            found[word] = next(rest)
        else:
            found["arguments"].append(word)
    assert ("--zone" in found) == (noun in ZONED)
    for name in ("--network-interfaces", "--disks", "--expressions"):
        if name in found:
            found[name] = json.loads(found[name])
    return found


def terraform(text: str) -> list[dict[str, Any]]:
    """A sample's blocks: {"type", "label", attributes...}. Raises AssertionError for what isn't configuration."""
    tokens, at = [], 0
    while text[at:].strip():
        match = TOKEN.match(text, at)
        assert match is not None, text[at : at + 40]
        tokens.append(match.group().strip())
        at = match.end()
    blocks = []
    while tokens:
        kind = tokens.pop(0)
        heads = []
        while tokens[0] != "{":
            heads.append(json.loads(tokens.pop(0)))
        body = inside(tokens)
        if kind == "terraform":
            continue
        name = heads[0] if kind == "resource" else kind
        assert set(body) <= ATTRIBUTES[name], (name, set(body) - ATTRIBUTES[name])
        blocks.append({"type": name, "label": heads[-1] if heads else "", **body})
    labels = [(one["type"], one["label"]) for one in blocks if one["type"].startswith("sakuracloud_")]
    assert len(labels) == len(set(labels)), "two resources of one name"
    return blocks


def inside(tokens: list[str]) -> dict[str, Any]:
    """The attributes and blocks between braces."""
    assert tokens.pop(0) == "{"
    found: dict[str, Any] = {}
    while tokens[0] != "}":
        name = tokens.pop(0)
        if tokens[0] == "=":
            tokens.pop(0)
            found[name] = value(tokens)
        else:
            block = inside(tokens)
            if name in ATTRIBUTES:
                assert set(block) <= ATTRIBUTES[name]
            found.setdefault(name, []).append(block)
    tokens.pop(0)
    return found


def value(tokens: list[str]) -> Any:
    """A text, number, list, block or reference. No text holds an expression."""
    token = tokens.pop(0)
    if token == "[":
        members = []
        while tokens[0] != "]":
            members.append(value(tokens))
            if tokens[0] == ",":
                tokens.pop(0)
        tokens.pop(0)
        return members
    if token == "{":
        tokens.insert(0, token)
        return inside(tokens)
    if token.startswith('"'):
        assert not re.search(r"(?<!\$)\$\{|(?<!%)%\{", token), token
        return json.loads(token.replace("$${", "${").replace("%%{", "%{"))
    return {"true": True, "false": False}.get(token, int(token) if token.isdigit() else token)

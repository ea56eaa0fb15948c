"""The rules of packet filters: checked one by one, written as text, one line each.

    allow tcp 198.51.100.0/24 * 22  # SSH from the office
    allow tcp * * 80
    deny ip

Action, protocol, source network, source port, destination port; "*" is any, and what is any at the end may be left out.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from ipaddress import IPv4Network

from django.utils.translation import gettext as _

from core.errors import Refused

MOST = 30
PROTOCOLS = ("tcp", "udp", "icmp", "fragment", "ip")
WITH_PORTS = ("tcp", "udp")
ACTIONS = ("allow", "deny")
FIELDS = ("action", "protocol", "source_network", "source_port", "destination_port", "description")
DESCRIPTION = 512
Rule = dict[str, str]


def checked(rules: Iterable[Rule]) -> list[Rule]:
    """The rules in their one form. Raises Refused for the first bad one, naming its line and what is wrong."""
    found = list(rules)
    if len(found) > MOST:
        text = _("A packet filter has at most %(most)s rules; these are %(count)s.")
        raise bad(text % {"most": MOST, "count": len(found)}, code="limit_exceeded")
    return [one(rule, number) for number, rule in enumerate(found, 1)]


def one(rule: Rule, number: int) -> Rule:
    """A rule in its one form."""
    tidy = {field: str(rule.get(field) or "").strip() for field in FIELDS}
    complaint = wrong(tidy)
    if complaint:
        raise bad(_("Rule %(number)s: %(complaint)s") % {"number": number, "complaint": complaint})
    if tidy["source_network"]:
        network = IPv4Network(tidy["source_network"])
        tidy["source_network"] = str(network[0]) if network.prefixlen == 32 else str(network)
    return tidy


def wrong(rule: Rule) -> str:
    """What is wrong with a rule, or ""."""
    if rule["action"] not in ACTIONS:
        return _("the action is one of %(words)s.") % {"words": ", ".join(ACTIONS)}
    if rule["protocol"] not in PROTOCOLS:
        return _("the protocol is one of %(words)s.") % {"words": ", ".join(PROTOCOLS)}
    if rule["source_network"] and not is_network(rule["source_network"]):
        return _("the source is an IPv4 address or a network such as 198.51.100.0/24.")
    for field in ("source_port", "destination_port"):
        if rule[field] and rule["protocol"] not in WITH_PORTS:
            return _("only tcp and udp have ports.")
        if rule[field] and not is_ports(rule[field]):
            return _("a port is 1 to 65535, a range looks like 1024-65535.")
    if len(rule["description"]) > DESCRIPTION:
        return _("the description is too long.")
    return ""


def is_network(text: str) -> bool:
    """Whether it is an address or a network whose host bits are zero."""
    try:
        IPv4Network(text)
    except ValueError:
        return False
    return text.isascii()


def is_ports(text: str) -> bool:
    """Whether it is a port, or a range of ports upwards."""
    match = re.fullmatch(r"([0-9]{1,5})(?:-([0-9]{1,5}))?", text)
    if match is None:
        return False
    first, last = int(match[1]), int(match[2] or match[1])
    return 1 <= first <= last <= 65535


def digest(rules: list[Rule]) -> str:
    """The hash by which an edit says which rules it was made from."""
    text = json.dumps(rules, sort_keys=True, ensure_ascii=False)
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def as_text(rules: Iterable[Rule]) -> str:
    """The rules as lines."""
    return "\n".join(line(rule) for rule in rules)


def line(rule: Rule) -> str:
    words = [rule[field] or "*" for field in FIELDS[:-1]]
    while words[-1] == "*":
        words.pop()
    text = " ".join(words)
    return f"{text}  # {rule['description']}" if rule["description"] else text


def of_text(text: str) -> list[Rule]:
    """The rules that lines say, unchecked; empty lines are skipped. Raises Refused for a line with too many words."""
    found: list[Rule] = []
    for said in filter(str.strip, text.splitlines()):
        rule, _hash, description = said.partition("#")
        words = rule.split()
        if len(words) >= len(FIELDS):
            number = len(found) + 1
            raise bad(_("Rule %(number)s has too many words: a comment begins with “#”.") % {"number": number})
        values = ["" if word == "*" else word.lower() for word in words]
        found.append({**dict(zip(FIELDS, values, strict=False)), "description": description.strip()})
    return found


def bad(text: str, *, code: str = "invalid_rule") -> Refused:
    return Refused(text, code=code, field="rules", status=400)

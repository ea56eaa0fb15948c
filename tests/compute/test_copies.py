"""Copy as curl, usacloud and Terraform: what order forms and pages offer says the same thing in three tongues."""

import html
import re
from typing import Any

import pytest
from django.test import Client

from accounts.access import Actor
from accounts.projects.models import Project
from compute import recipes
from compute.archives import actions as archives
from compute.archives.actions import ImageOrder
from compute.disks.models import Disk
from compute.recipes import DiskWish, Labels
from compute.servers import actions as servers
from core.operations.draining import drain
from tests.compute import networks, tools
from tests.compute.conftest import disk_order, server_order
from tests.make import MORNING

NASTY = 'it\'s "$(touch x)" `id` ${x} %{if} \\ <b>日本語'


def samples(page: Any) -> dict[str, str]:
    """The samples of a page by label: what their copy buttons hold."""
    texts = [html.unescape(text) for text in re.findall(r'data-copy="([^"]*)"', page.content.decode())]
    found = {}
    for text in texts:
        if "SAKURACLOUD_ACCESS_TOKEN" in text:
            found["curl"] = text
        elif text.startswith("export SAKURACLOUD_API_ROOT_URL"):
            found["usacloud"] = text
        elif text.startswith("terraform {"):
            found["Terraform"] = text
    return found


def test_values_are_quoted_for_the_shell_and_for_terraform() -> None:
    labels = Labels(NASTY, "two\nlines", ("a,b", "prod"))
    recipe = recipes.switch(labels, "is1b", default_route="192.168.0.1", mask_length=24)

    _curl, cli, configuration = recipe.ordering()

    said = tools.usacloud(cli.text)
    assert (said["--name"], said["--description"], said["--tags"]) == (NASTY, "two\nlines", '"a,b",prod')
    switch = tools.terraform(configuration.text)[-1]
    assert (switch["name"], switch["description"], switch["tags"]) == (NASTY, "two\nlines", ["a,b", "prod"])


def test_a_server_with_disks_and_interfaces_is_said_whole() -> None:
    disk = DiskWish(Labels("web"), "ssd", 40, archive=113700000001, host_name="web", ssh_keys=(113700000002,))
    recipe = recipes.server(
        Labels("web"), "is1b", cores=2, memory_mb=4096, wires=["shared", "113700000003", ""], disks=[disk], start=True
    )

    curl, cli, configuration = recipe.ordering()

    assert curl.text.count("curl ") == 3
    said = tools.usacloud(cli.text)
    assert said["--network-interfaces"] == [
        {"Upstream": "shared"}, {"Upstream": "113700000003"}, {"Upstream": "disconnected"},
    ]  # fmt: skip
    assert (said["--cpu"], said["--memory"], said["--disk-size"], said["--disk-edit-host-name"]) == (
        "2", "4", "40", "web",
    )  # fmt: skip
    provider, volume, server = tools.terraform(configuration.text)
    assert provider["zone"] == "is1b"
    assert (volume["plan"], volume["size"], volume["source_archive_id"]) == ("ssd", 40, "113700000001")
    assert server["disks"] == ["sakuracloud_disk.web.id"]
    assert [one["upstream"] for one in server["network_interface"]] == ["shared", "113700000003", "disconnect"]
    assert server["disk_edit_parameter"] == [{"hostname": "web", "ssh_key_ids": ["113700000002"]}]


@pytest.mark.parametrize(
    ("address", "command", "resource", "form"),
    [
        ("/servers/new", "server", "sakuracloud_server", {"plan": "2core-4gb", "zone": "is1b"}),
        ("/disks/new", "disk", "sakuracloud_disk", {"zone": "is1b", "size": "ssd-20"}),
        ("/archives/new", "archive", "sakuracloud_archive", {"zone": "is1b", "size_gb": "20"}),
        ("/cd-roms/new", "cdrom", "sakuracloud_cdrom", {"zone": "is1b", "size_gb": "5"}),
        ("/switches/new", "switch", "sakuracloud_switch", {"zone": "is1b"}),
        ("/routers/new", "internet", "sakuracloud_internet", {"zone": "is1b", "plan": "100mbps", "length": "28"}),
        ("/packet-filters/new", "packet-filter", "sakuracloud_packet_filter", {"zone": "is1b", "rules": "deny ip"}),
        ("/bridges/new", "bridge", "sakuracloud_bridge", {}),
    ],
)
def test_every_order_form_offers_it_by_program(
    alice_client: Client, address: str, command: str, resource: str, form: dict[str, str]
) -> None:
    found = samples(alice_client.get(address))

    assert set(found) == {"curl", "usacloud", "Terraform"}
    assert tools.usacloud(found["usacloud"])["command"] == command
    assert tools.terraform(found["Terraform"])[-1]["type"] == resource
    typing = {"/bridges/new": "", "/packet-filters/new": "/packet-filters/copies"}.get(address, address[:-3] + "price")
    if typing:
        said = samples(alice_client.post(typing, {**form, "name": NASTY, "tags": "a b"}))
        assert tools.usacloud(said["usacloud"])["--name"] == NASTY
        assert tools.terraform(said["Terraform"])[-1]["name"] == NASTY


def test_no_sample_holds_the_password(alice_client: Client) -> None:
    form = {"plan": "1core-1gb", "zone": "is1b", "disk": "ssd-20", "archive": "Ubuntu Server 24.04 LTS"}

    page = alice_client.post("/servers/price", {**form, "name": "web", "password": "open sesame 48"})

    assert "open sesame 48" not in page.content.decode()


@pytest.fixture
def things(project: Project, alice: Actor) -> dict[str, Any]:
    """One of each kind of thing, by the resource it is for Terraform."""
    server = servers.create(project, server_order(disk=disk_order()), by=alice, at=MORNING)
    drain(at=MORNING)
    disk = Disk.objects.get()
    return {
        "sakuracloud_server": server,
        "sakuracloud_disk": disk,
        "sakuracloud_switch": networks.switch(project, by=alice),
        "sakuracloud_internet": networks.router(project, by=alice),
        "sakuracloud_bridge": networks.bridge(project, by=alice),
        "sakuracloud_packet_filter": networks.packet_filter(project, by=alice),
        "": archives.create_cdrom(project, ImageOrder("iso", disk.zone, 5), by=alice, at=MORNING),
    }


def test_every_page_of_a_thing_offers_reading_it_and_taking_it_over(
    things: dict[str, Any], alice_client: Client
) -> None:
    for resource, thing in things.items():
        found = samples(alice_client.get(thing.get_absolute_url()))

        assert tools.usacloud(found["usacloud"])["arguments"] == [str(thing.number)]
        assert str(thing.number) in found["curl"]
        if resource:
            imports = {one["to"]: one["id"] for one in tools.terraform(found["Terraform"]) if one["type"] == "import"}
            assert str(thing.number) in imports.values()
            assert any(to.startswith(f"{resource}.") for to in imports)

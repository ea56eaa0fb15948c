"""The curl lines that pages offer, executed by a shell against the live panel."""

import json
import os
import subprocess
from datetime import UTC, datetime

import pytest

from accounts import consents
from accounts.access import SYSTEM
from accounts.levels import Level
from accounts.projects.models import Project
from compute import recipes
from compute.archives.models import Archive
from compute.disks.models import Disk
from compute.load_balancers.models import LoadBalancer
from compute.networks.aws.models import AwsConnection
from compute.networks.hybrid.models import HybridConnection
from compute.networks.models import Bridge, PacketFilter, Router, Switch
from compute.recipes import DiskWish, Labels
from compute.servers import actions as servers
from compute.servers.models import Server
from compute.services import AWS
from core.copying import Recipe, panel
from tests import live, make
from tests.capabilities import need
from tests.compute import networks
from tests.compute.conftest import server_order
from tests.compute.local_routers import local_router

NASTY = 'it\'s "$(touch x)" `id` ${x} \\ 日本語'


@pytest.fixture(autouse=True)
def tools() -> None:
    need("curl")
    need("jq")


@pytest.fixture
def project(live_panel: live.Panel) -> Project:
    return make.first_project(make.organisation(make.user()))


@pytest.fixture
def shell(live_panel: live.Panel, project: Project, settings, tmp_path):
    """Runs a sample as a person would, with a key in the environment; returns what it printed."""
    settings.BASE_URL = live_panel.url
    made, secret = make.api_key(project, Level.CREATE)
    environment = {
        "PATH": os.environ["PATH"], "SAKURACLOUD_ACCESS_TOKEN": str(made.token),
        "SAKURACLOUD_ACCESS_TOKEN_SECRET": secret,
    }  # fmt: skip

    def run(text: str) -> str:
        done = subprocess.run(
            ["sh", "-eu", "-c", text], env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stderr
        assert list(tmp_path.iterdir()) == []
        return done.stdout

    return run


def test_a_server_with_its_disk_is_created_and_started(shell, project):
    archive = Archive.objects.get(zone__code="is1b", name__startswith="Ubuntu")
    disk = DiskWish(Labels("root"), "ssd", 20, archive=archive.number, host_name="web-01")
    recipe = recipes.server(
        Labels(NASTY, "two\nlines", ("a", "b")), "is1b", cores=1, memory_mb=1024, disks=[disk], start=True
    )

    shell(recipe.ordering()[0].text)

    server = Server.objects.get(project=project)
    assert (server.name, server.description, server.tags) == (NASTY, "two\nlines", ["a", "b"])
    assert Disk.objects.get(project=project).server == server
    assert server.state in ("STARTING", "RUNNING")
    read = json.loads(shell(recipe.reading(server.number)[0].text))
    assert read["Server"]["Name"] == NASTY


@pytest.mark.parametrize(
    ("recipe", "model"),
    [
        (lambda: recipes.disk(DiskWish(Labels(NASTY), "hdd", 40), "is1b"), Disk),
        (lambda: recipes.switch(Labels(NASTY), "is1b", default_route="192.168.0.1", mask_length=24), Switch),
        (lambda: recipes.router(Labels(NASTY), "is1b", mbps=100, length=28), Router),
        (lambda: recipes.bridge(Labels(NASTY)), Bridge),
        (
            lambda: recipes.packet_filter(
                Labels(NASTY), "is1b", [{"action": "allow", "protocol": "tcp", "destination_port": "443"}]
            ),
            PacketFilter,
        ),
        (lambda: recipes.image("archive", Labels(NASTY), "is1b", size_gb=20), Archive),
    ],
    ids=["disk", "switch", "router", "bridge", "filter", "archive"],
)
def test_what_is_copied_orders_what_it_says(shell, project, recipe, model):
    said: Recipe = recipe()

    shell(said.ordering()[0].text)

    made = model.objects.get(project=project)
    assert made.name == NASTY
    assert str(made.number) in shell(said.reading(made.number)[0].text)


def test_additional_addresses_and_a_load_balancer_are_ordered(shell, project):
    shell(recipes.router(Labels("edge"), "is1b", mbps=100, length=28).ordering()[0].text)
    router = Router.objects.get(project=project)
    hop = str(router.blocks.get().network[4])

    shell(recipes.addresses(router.number, "is1b", length=28, next_hop=hop)[0].text)
    shell(recipes.balancer(Labels(NASTY), "is1b")[0].text)

    assert router.blocks.count() == 2
    number = LoadBalancer.objects.get(project=project).number
    balancer = json.loads(shell(panel("load-balancers", number=number)[0].text))
    assert balancer["LoadBalancer"]["Name"] == NASTY


def test_an_aws_and_a_hybrid_connection_are_ordered(shell, project):
    consents.accept(project.organisation, AWS.consents, by=SYSTEM, at=datetime.now(UTC))
    router = local_router(project)
    switch = networks.switch(project, by=SYSTEM)
    servers.create(project, server_order(), by=SYSTEM, at=datetime.now(UTC))

    shell(recipes.aws_connection(Labels(NASTY), router.number, "123456789012")[0].text)
    shell(recipes.hybrid_connection(Labels(NASTY), switch.number, "", "rack A-12")[0].text)

    aws, hybrid = AwsConnection.objects.get(), HybridConnection.objects.get()
    assert (aws.name, aws.local_router, aws.aws_account) == (NASTY, router, "123456789012")
    assert (hybrid.name, hybrid.switch, hybrid.line) == (NASTY, switch, "rack A-12")
    read = json.loads(shell(panel("aws-connections", number=aws.number)[0].text))
    assert read["AwsConnection"]["Name"] == NASTY

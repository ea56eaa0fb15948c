"""A SIM of Alice's."""

import pytest

from accounts.access import Actor
from accounts.projects.models import Project
from mobile.sims.models import Sim
from tests.mobile import world


@pytest.fixture
def sim(project: Project, alice: Actor) -> Sim:
    """Registered at MORNING, active."""
    return world.registered(project, by=alice, name="sensor-01", tags=("field",))

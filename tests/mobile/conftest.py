"""A SIM of Alice's."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.access import Actor
from accounts.projects.models import Project
from mobile.sims.models import Sim
from tests.cast import browser
from tests.mobile import world


@pytest.fixture
def sim(project: Project, alice: Actor) -> Sim:
    """Registered at MORNING, active."""
    return world.registered(project, by=alice, name="sensor-01", tags=("field",))


@pytest.fixture
def staff_client(staff_user) -> Client:
    """A browser of staff, who have a second factor."""
    Authenticator.objects.create(user=staff_user, type=Authenticator.Type.TOTP, data={})
    return browser(staff_user)

"""The cast of all tests: Alice owns, Bob is a member with view access, Charlie is a stranger with a house of his own.

`alice`, `bob`, `charlie` are actors; `alice_client` and so on are browsers in which they are signed in.
"""

import pytest
from django.test import Client

from accounts.access import Actor, person
from accounts.organisations.models import Organisation
from accounts.projects.models import Project
from accounts.users.models import User
from tests import make


def browser(user: User) -> Client:
    """A browser in which the user is signed in."""
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def alice_user(db: None) -> User:
    return make.user("alice@example.jp", "Alice")


@pytest.fixture
def bob_user(db: None) -> User:
    return make.user("bob@example.jp", "Bob")


@pytest.fixture
def charlie_user(db: None) -> User:
    return make.user("charlie@example.jp", "Charlie")


@pytest.fixture
def garden(alice_user: User, bob_user: User) -> Organisation:
    """Alice's organisation, accepted; Bob may look."""
    organisation = make.organisation(alice_user, name="Garden")
    make.member(organisation, bob_user)
    return organisation


@pytest.fixture
def project(garden: Organisation) -> Project:
    """The first project of Alice's organisation."""
    return make.first_project(garden)


@pytest.fixture
def elsewhere(charlie_user: User) -> Project:
    """Charlie's project, in an organisation of his own."""
    return make.first_project(make.organisation(charlie_user, name="Elsewhere"))


@pytest.fixture
def alice(garden: Organisation, alice_user: User) -> Actor:
    return person(alice_user)


@pytest.fixture
def bob(garden: Organisation, bob_user: User) -> Actor:
    return person(bob_user)


@pytest.fixture
def charlie(elsewhere: Project, charlie_user: User) -> Actor:
    return person(charlie_user)


@pytest.fixture
def staff_user(db: None) -> User:
    return make.user("staff@example.jp", "Stella", is_staff=True, is_superuser=True)


@pytest.fixture
def alice_client(alice: Actor, alice_user: User) -> Client:
    return browser(alice_user)


@pytest.fixture
def bob_client(bob: Actor, bob_user: User) -> Client:
    return browser(bob_user)


@pytest.fixture
def charlie_client(charlie: Actor, charlie_user: User) -> Client:
    return browser(charlie_user)

"""Databases of their own for tests that commit: threads, live servers, kills."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

import psycopg
from django.db import connections
from psycopg import sql


@dataclass(frozen=True)
class Database:
    """A database that Django's connections of this process use for the time being."""

    name: str
    url: str


@contextmanager
def clone() -> Iterator[Database]:
    """A copy of the migrated test database, dropped afterwards; never flushed, since guards refuse TRUNCATE."""
    wrapper = connections["default"]
    if wrapper.in_atomic_block:
        raise AssertionError("A test that clones the database can't use `db` or the django_db mark as well.")
    settings = wrapper.settings_dict
    current = settings["NAME"]
    pristine = current.partition("__")[0]  # also while another clone is in use, that of a live panel for instance
    copy = f"{pristine}__{uuid4().hex[:8]}"
    connections.close_all()
    name, source = sql.Identifier(copy), sql.Identifier(pristine)
    address = {key.lower(): settings[key] for key in ("HOST", "PORT", "USER", "PASSWORD")}
    with psycopg.connect(dbname="postgres", autocommit=True, **address) as maintenance:
        end_others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        maintenance.execute(end_others, [pristine])
        maintenance.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(name, source))
        settings["NAME"] = copy
        try:
            secret = f":{settings['PASSWORD']}" if settings["PASSWORD"] else ""
            place = f"{settings['HOST']}:{settings['PORT'] or 5432}"
            yield Database(copy, f"postgresql://{settings['USER']}{secret}@{place}/{copy}")
        finally:
            connections.close_all()
            settings["NAME"] = current
            maintenance.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))

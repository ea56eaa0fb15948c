"""PostgreSQL's own tools on the panel's database: custom-format dumps, made and read by the version that fits."""

import os
import re
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path
from subprocess import PIPE

from django.core.management.base import CommandError
from django.db import connection

from config.engines import Trouble, binaries

Process = subprocess.Popen[bytes]
WIPE = b"BEGIN; SET lock_timeout = '5s'; DROP SCHEMA public CASCADE; CREATE SCHEMA public;"


def dump(file: Path) -> None:
    """Write the database to a file, as it is at this instant."""
    finish("pg_dump", start("pg_dump", "--format=custom", "--no-owner", f"--file={file}"))


def restore(file: Path, *, wipe: bool) -> None:
    """Read a dump in one transaction, which begins by dropping everything with `wipe`: all or nothing."""
    reader = start("pg_restore", "--no-owner", "--file=-", str(file), stdout=PIPE)
    writer = start("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", f"--output={os.devnull}", "--file=-", stdin=PIPE)
    assert reader.stdout is not None
    assert writer.stdin is not None
    try:
        with reader.stdout, suppress(BrokenPipeError):
            writer.stdin.write(WIPE if wipe else b"BEGIN;")
            shutil.copyfileobj(reader.stdout, writer.stdin)
        finish("pg_restore", reader)
        with suppress(BrokenPipeError):
            writer.stdin.write(b"COMMIT;")  # not before the dump has been read to its end
    finally:
        finish("psql", writer)


def start(tool: str, *arguments: str, stdin: int | None = None, stdout: int | None = None) -> Process:
    """Start one of PostgreSQL's tools on the database."""
    command = [best(tool), *arguments]
    return Process(command, env=os.environ | address(), stdin=stdin, stdout=stdout, stderr=PIPE)


def finish(tool: str, process: Process) -> None:
    """CommandError with the tool's complaint when it failed."""
    complaint = process.communicate()[1].decode(errors="replace").strip()
    if process.returncode:
        raise CommandError(f"{tool} failed, nothing was changed: {complaint.splitlines()[0] if complaint else '?'}")


def best(tool: str) -> str:
    """The tool of the server's own major version, bundled or on PATH; else the bundled one."""
    try:
        bundled = str(binaries.postgres(tool))
    except Trouble:
        bundled = ""
    found = [path for path in (bundled, shutil.which(tool)) if path]
    if not found:
        raise CommandError(f"{tool} is not installed: install PostgreSQL's client programs.")
    wanted = connection.get_database_version()[0]
    return next((path for path in found if major(path) == wanted), found[0])


def major(path: str) -> int:
    """The major version of one of PostgreSQL's programs."""
    version = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"\d+", version)
    return int(found.group()) if found else 0


def address() -> dict[str, str]:
    """Where the database is, as PostgreSQL's tools want to know it; the password is on no command line."""
    names = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD", "NAME": "PGDATABASE"}
    given = connection.settings_dict
    return {name: str(given[key]) for key, name in names.items() if given[key]}


def empty() -> bool:
    """Whether the database has no table yet."""
    return not connection.introspection.table_names()


def archive(path: Path) -> None:
    """CommandError unless the file is a dump of ours."""
    try:
        with path.open("rb") as file:
            if file.read(5) == b"PGDMP":
                return
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}.") from error
    raise CommandError(f"{path} is no backup of the panel.")

"""The data folder and the bundled engines."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from config.engines import Trouble
from config.engines.home import ROOT, Home
from config.engines.identity import unprivileged
from config.engines.postgres import Postgres
from config.engines.programs import Program
from config.engines.supervisor import Supervisor
from config.engines.valkey import Valkey
from tests.capabilities import need

# A panel reduced to its engines: says where they are, then stays until it is told to end.
ENGINES = """
import sys
from pathlib import Path
from config.engines import kin
from config.engines.home import Home
from config.engines.supervisor import Supervisor

def work():
    supervisor = Supervisor(Home(Path(sys.argv[1])))
    try:
        supervisor.home.open()
        print(supervisor.start_engines()["DATABASE_URL"].removesuffix("engawa") + "postgres", flush=True)
        supervisor.watch()
    finally:
        supervisor.stop()

sys.exit(kin.hold(work))
"""


@pytest.fixture(autouse=True)
def no_urls(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engines of these tests are the bundled ones."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Callable[[], tuple[subprocess.Popen[str], str]]]:
    """Starts the engines of one data folder in a process of their own; returns it and the URL of its database."""
    started: list[subprocess.Popen[str]] = []

    def start() -> tuple[subprocess.Popen[str], str]:
        """Its URL is empty when it could not start."""
        command = [sys.executable, "-c", ENGINES, str(tmp_path / "data")]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout
        return process, process.stdout.readline().strip()

    yield start
    for process in started:
        process.kill()
        process.communicate()


def nobody_is_left(folder: Path) -> bool:
    """Whether all processes that inherited the folder's lock are gone within half a minute."""
    deadline = time.monotonic() + 30
    with (folder / "lock").open() as lock:
        while time.monotonic() < deadline:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            except BlockingIOError:
                time.sleep(0.05)
    return False


def supervisor_of(process: subprocess.Popen[str]) -> int:
    """The child that does the work of a held process."""
    return int(Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()[0])


def test_the_data_folder_is_private(tmp_path: Path):
    home = Home(tmp_path / "data")

    home.open()

    modes = [path.stat().st_mode & 0o777 for path in (home.path, home.path / "state.json", home.path / "lock")]
    assert modes == [0o700, 0o600, 0o600]


def test_keys_stay_the_same(tmp_path: Path):
    first, second = Home(tmp_path / "data"), Home(tmp_path / "data")

    first.open()

    assert first.environment({})["ENGAWA_MASTER_KEY"] == second.environment({})["ENGAWA_MASTER_KEY"]


def test_what_the_operator_has_set_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SECRET_KEY", "of my own")
    monkeypatch.setenv("BASE_URL", "")

    made = Home(tmp_path).environment({})

    assert (made["SECRET_KEY"], made["BASE_URL"]) == ("of my own", "http://localhost:8000")


@pytest.mark.parametrize("broken", ["{", "[]", ""])
def test_a_broken_state_is_one_sentence(tmp_path: Path, broken: str):
    (tmp_path / "state.json").write_text(broken)

    with pytest.raises(Trouble, match=r"^The data folder .* is broken: its state\.json can't be read\.$"):
        Home(tmp_path).open()

    assert (tmp_path / "state.json").read_text() == broken


def test_somebody_elses_folder_is_left_alone(tmp_path: Path):
    (tmp_path / "thesis.tex").touch(mode=0o644)
    tmp_path.chmod(0o755)

    with pytest.raises(Trouble, match="not empty"):
        Home(tmp_path).open()

    assert (sorted(os.listdir(tmp_path)), tmp_path.stat().st_mode & 0o777) == (["thesis.tex"], 0o755)


def test_a_file_is_no_data_folder(tmp_path: Path):
    (tmp_path / "data").touch()

    with pytest.raises(Trouble, match="can't be used"):
        Home(tmp_path / "data").open()


def test_a_damaged_database_is_one_sentence(tmp_path: Path):
    home = Home(tmp_path / "data")
    home.open()
    (home.path / "postgres").mkdir()
    supervisor = Supervisor(home)

    with pytest.raises(Trouble, match=r"^PostgreSQL does not start: .*postgresql\.conf.*log: .*postgresql\.log"):
        supervisor.start_engines()

    for program in supervisor.engines:
        program.end()


@pytest.fixture
def without_namespaces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Root on a host that refuses user namespaces."""
    need("a second user")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "unshare").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "bin" / "unshare").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    unprivileged.cache_clear()
    yield
    unprivileged.cache_clear()


def test_root_without_namespaces_lets_nobody_run_the_database(without_namespaces: None):
    with tempfile.TemporaryDirectory(prefix="engawa-") as folder:
        os.chmod(folder, 0o755)
        home = Home(Path(folder) / "data")
        home.open()
        supervisor = Supervisor(home)

        supervisor.start_engines()

        process = supervisor.engines[0].process
        owners = [home.path.owner(), (home.path / "postgres").owner(), Path(f"/proc/{process.pid}").owner()]
        for program in supervisor.engines:
            program.ask_to_stop()
            program.end(time.monotonic() + 10)
        assert owners == ["nobody", "nobody", "nobody"]


def test_a_folder_that_nobody_can_enter_is_one_sentence(without_namespaces: None, tmp_path: Path):
    tmp_path.chmod(0o700)
    home = Home(tmp_path / "data")
    home.open()

    with pytest.raises(Trouble, match="PostgreSQL refuses to run as root, and the user nobody can't reach"):
        Supervisor(home).start_engines()


@pytest.mark.parametrize(
    "written, ready",
    [("", False), ("{pid}", False), ("{pid}\nstarting", False), ("{pid}\nready   \n", True), ("0\nready\n", False)],
)
def test_a_database_is_ready_when_its_pid_file_says_so_also_while_that_is_written(
    tmp_path: Path, written: str, ready: bool
):
    home = Home(tmp_path / "data")
    home.open()
    postgres, program = Postgres(home), Program("PostgreSQL", ["sleep", "30"])
    postgres.folder.mkdir()
    program.start(home)
    (postgres.folder / "postmaster.pid").write_text(written.format(pid=program.process.pid))

    said = postgres.ready(program)
    program.end()

    assert said is ready


def test_an_engine_given_by_url_is_not_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/panel")

    supervisor = Supervisor(Home(tmp_path))

    assert (supervisor.postgres, type(supervisor.valkey)) == (None, Valkey)
    assert supervisor.home.environment({})["DATABASE_URL"] == "postgresql://elsewhere/panel"


def test_data_survives_an_end_in_order_and_a_kill(tmp_path: Path, run):
    process, url = run()
    with psycopg.connect(url, autocommit=True) as database:
        database.execute("CREATE TABLE kept AS SELECT 1 AS n")
    process.send_signal(signal.SIGINT)
    assert (process.wait(60), nobody_is_left(tmp_path / "data")) == (0, True)

    process, url = run()
    assert url, process.communicate()
    with psycopg.connect(url, autocommit=True) as database:
        database.execute("INSERT INTO kept VALUES (2)")
    os.kill(supervisor_of(process), signal.SIGKILL)
    process.kill()
    process.wait()

    process, url = run()  # waits for the orphans of the killed run by itself
    assert url, process.communicate()
    with psycopg.connect(url) as database:
        assert database.execute("SELECT n FROM kept ORDER BY n").fetchall() == [(1,), (2,)]
        database.execute("CREATE EXTENSION pg_trgm")
        assert database.execute("SELECT show_trgm('東京') <> '{}'").fetchone() == (True,)


def test_whoever_is_killed_nobody_stays_behind(tmp_path: Path, run):
    process, _ = run()
    process.kill()
    process.wait()
    assert nobody_is_left(tmp_path / "data")

    process, _ = run()
    os.kill(supervisor_of(process), signal.SIGKILL)
    assert (process.wait(60), nobody_is_left(tmp_path / "data")) == (137, True)


def test_an_engine_that_dies_is_started_again(tmp_path: Path, run):
    process, url = run()
    postmaster = int((tmp_path / "data/postgres/postmaster.pid").read_text().split()[0])

    os.kill(postmaster, signal.SIGKILL)

    assert process.stdout.readline().startswith("PostgreSQL ended")
    deadline = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(url).close()
            break
        except psycopg.OperationalError:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_a_second_panel_on_the_folder_is_refused(tmp_path: Path, run):
    run()

    second, _ = run()

    assert (second.wait(10), "A panel already runs on" in second.stderr.read()) == (1, True)


def test_a_child_that_ignores_the_end_is_killed_with_its_own_children(tmp_path: Path):
    home = Home(tmp_path / "data")
    home.open()
    stubborn = Program("stubborn", ["sh", "-c", "trap '' TERM; sleep 60 & echo $!; wait"])
    stubborn.start(home)
    deadline = time.monotonic() + 5
    while not stubborn.log.read_text() and time.monotonic() < deadline:
        time.sleep(0.01)
    grandchild = int(stubborn.log.read_text())

    stubborn.ask_to_stop()
    stubborn.end(time.monotonic() + 0.2)

    assert not stubborn.running
    deadline = time.monotonic() + 5
    while alive(grandchild) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not alive(grandchild)


def alive(pid: int) -> bool:
    """Whether a process exists and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_program_that_keeps_failing_is_given_longer_pauses(tmp_path: Path):
    home = Home(tmp_path / "data")
    home.open()
    failing = Program("failing", ["sh", "-c", "echo no such luck; exit 3"])
    words = []
    for _ in range(4):
        failing.start(home)
        failing.process.wait()
        failing.again = 0.0
        words.append(failing.revive(home))

    assert [line.partition("starting it again in ")[2].split(" s.")[0] for line in words] == ["1", "2", "4", "8"]
    assert words[0].startswith("failing ended (no such luck)")


def test_ports_and_secrets_stay_off_the_command_line(tmp_path: Path):
    home = Home(tmp_path / "data")
    home.open()

    commands = Postgres(home).program().command + Valkey(home).program().command

    assert home.state["password"] not in " ".join(commands)
    assert json.loads((home.path / "state.json").read_text())["password"] == home.state["password"]


def test_a_command_uses_the_engines_of_a_panel_or_starts_them_for_itself(tmp_path: Path, run):
    command = [sys.executable, "manage.py", "backup", str(tmp_path / "panel.dump")]
    environment = os.environ | {"ENGAWA_DATA": str(tmp_path / "data"), "DJANGO_SETTINGS_MODULE": "config.settings"}
    process, _ = run()
    beside = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    still_there = process.poll() is None
    process.send_signal(signal.SIGTERM)
    process.wait(60)

    alone = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)

    # Both have reached a server, which has no database for the panel yet.
    assert [('"engawa" does not exist' in done.stderr, done.returncode) for done in (beside, alone)] == [(True, 1)] * 2
    assert (still_there, nobody_is_left(tmp_path / "data")) == (True, True)

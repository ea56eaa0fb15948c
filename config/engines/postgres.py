"""The bundled PostgreSQL: made once, started in 0.2 s, also after a kill."""

import os
import shutil
import signal
import subprocess
from pathlib import Path

from config.engines import Trouble, binaries
from config.engines.home import Home
from config.engines.identity import unprivileged
from config.engines.programs import Program

DATABASE = "engawa"
# Longer paths don't fit into a socket address; then TCP alone serves.
LONGEST_SOCKET_FOLDER = 90
THROWAWAY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")
# An eighth of the memory for the cache, at most this many MB: it is taken only as far as the tables fill it.
LARGEST_CACHE = 2048


def roomy() -> tuple[str, ...]:
    """Settings for large tables: PostgreSQL's own are for machines with half a GB of memory."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return (f"shared_buffers={max(128, min(memory // 8, LARGEST_CACHE))}MB", "max_wal_size=4GB")


class Postgres:
    """A PostgreSQL in `postgres/` of a data folder, for the role and the database `engawa`."""

    def __init__(self, home: Home, *, throwaway: bool = False) -> None:
        self.home = home
        self.folder = home.path / "postgres"
        self.options = THROWAWAY if throwaway else roomy()
        self.identity = unprivileged()

    @property
    def url(self) -> str:
        """The address for DATABASE_URL."""
        state = self.home.state
        return f"postgresql://engawa:{state['password']}@127.0.0.1:{state['postgres_port']}/{DATABASE}"

    def program(self) -> Program:
        """The server, its folder made if there is none yet."""
        self.identity.own(self.home.path)
        self.identity.require(binaries.postgres("postgres"), self.home.path)
        if not self.folder.exists():
            self._create()
        sockets = str(self.home.path) if len(str(self.home.path)) <= LONGEST_SOCKET_FOLDER else ""
        settings = [
            "listen_addresses=127.0.0.1",
            f"port={self.home.port('postgres_port')}",
            f"unix_socket_directories={sockets}",
            *self.options,
        ]
        # The lock on the data folder says that nobody of an earlier run lives: a pid file left there is stale, and
        # PostgreSQL would take any process that has the same number by now for its former self.
        (self.folder / "postmaster.pid").unlink(missing_ok=True)
        command = [str(binaries.postgres("postgres")), "-D", str(self.folder)]
        for setting in settings:
            command += ["-c", setting]
        return Program("PostgreSQL", command, stop_signal=signal.SIGINT, identity=self.identity)

    def ready(self, program: Program) -> bool:
        """Whether it accepts connections; it says so itself in the pid file, which it may be writing just now."""
        try:
            lines = (self.folder / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        if program.process is None or not lines:
            return False
        return lines[0] == str(program.process.pid) and lines[-1].strip() == "ready"

    def recreate_database(self) -> None:
        """An empty database `engawa`, whatever an interrupted first start has left."""
        self.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
        self.execute(f"CREATE DATABASE {DATABASE}")

    def execute(self, statement: str) -> None:
        """Run one statement as the owner in the maintenance database."""
        psql = [str(binaries.postgres("psql")), "-X", "-q", "-h", "127.0.0.1", "-U", "engawa", "-d", "postgres"]
        secret = {"PGPORT": str(self.home.state["postgres_port"]), "PGPASSWORD": self.home.state["password"]}
        done = subprocess.run([*psql, "-c", statement], capture_output=True, text=True, env=os.environ | secret)
        if done.returncode:
            raise Trouble(f"PostgreSQL refused “{statement}”: {done.stderr.strip()}")

    def _create(self) -> None:
        """Make the cluster in a draft folder that gets its name when it is complete."""
        draft = self.home.path / "postgres.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        password = self.home.path / "postgres.password"
        password.touch(mode=0o600)
        password.write_text(self.home.state["password"])
        try:
            self._initdb(self.identity.own(draft), self.identity.own(password))
        finally:
            password.unlink()
        draft.rename(self.folder)

    def _initdb(self, folder: Path, password: Path) -> None:
        # LC_CTYPE must know Japanese letters: under C their trigrams are empty and no search finds them.
        command = [*self.identity.prefix, str(binaries.postgres("initdb")), "-D", str(folder), "-U", "engawa"]
        command += ["-E", "UTF8", "--locale=C", "--lc-ctype=C.UTF-8", "-A", "scram-sha-256", f"--pwfile={password}"]
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.home.path, **self.identity.process)
        if done.returncode:
            raise Trouble(f"PostgreSQL can't make its files in {folder}: {done.stderr.strip().splitlines()[-1]}")

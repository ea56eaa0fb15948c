"""A program that runs beside others: started, seen to end, started again, stopped."""

import os
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from config.engines import kin
from config.engines.home import ROOT, Home
from config.engines.identity import Identity

LONGEST_WAIT = 30.0  # seconds between two starts
STEADY = 60.0  # seconds after which a program counts as running well


@dataclass
class Program:
    """One long-running process and its process group."""

    name: str
    command: list[str]
    stop_signal: signal.Signals = signal.SIGTERM
    environment: dict[str, str] | None = None
    identity: Identity = field(default_factory=Identity)
    inherited: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    log: Path = field(init=False)
    failures: int = field(default=0, init=False)
    started: float = field(default=0.0, init=False)
    again: float = field(default=0.0, init=False)

    def start(self, home: Home) -> None:
        """Start it in its own process group, its output in its log; it ends when this process ends."""
        self.log = home.log(self.name)
        self.started = time.monotonic()
        with self.log.open("ab") as output:
            self.process = self._spawn(output, home)

    def _spawn(self, output: IO[bytes], home: Home) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*self.identity.prefix, *self.command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
            env=self.environment,
            pass_fds=(home.lock_file, *self.inherited),
            process_group=0,
            preexec_fn=kin.tied(self.stop_signal),
            **self.identity.process,
        )

    @property
    def running(self) -> bool:
        """Whether its first process is alive."""
        return self.process is not None and self.process.poll() is None

    def revive(self, home: Home) -> str:
        """Start it again if it ended, after a pause that doubles with each failure; returns what there is to say."""
        if self.running:
            return ""
        now = time.monotonic()
        if not self.again:
            self.end()
            self.failures = 1 if now - self.started > STEADY else self.failures + 1
            pause = min(2.0 ** (self.failures - 1), LONGEST_WAIT)
            self.again = now + pause
            return f"{self.name} ended ({self.last_words()}); starting it again in {pause:.0f} s. Log: {self.log}"
        if now >= self.again:
            self.again = 0.0
            self.start(home)
        return ""

    def ask_to_stop(self) -> None:
        """Send the signal on which it ends in order."""
        if self.process is not None and self.running:
            self.process.send_signal(self.stop_signal)

    def end(self, deadline: float = 0.0) -> None:
        """Wait until `deadline` (monotonic seconds), then kill what is left of its process group."""
        if self.process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.0, deadline - time.monotonic()))
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def last_words(self) -> str:
        """What says most about its end: the signal that killed it, or a line of its log."""
        if self.process is not None and (self.process.returncode or 0) < 0:
            return f"killed by {signal.Signals(-self.process.returncode).name}"
        lines = [line.strip() for line in self.log.read_text(errors="replace").splitlines() if line.strip()]
        grave = [line for line in lines if "FATAL" in line or "PANIC" in line]
        return (grave or lines or ["no message"])[-1]

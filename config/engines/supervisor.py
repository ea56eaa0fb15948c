"""Runs programs side by side on a data folder, from the first start to the last process gone."""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn

from config.engines import Trouble, kin
from config.engines.home import Home
from config.engines.postgres import Postgres
from config.engines.programs import Program
from config.engines.valkey import Valkey

SECONDS_TO_START = 120
SECONDS_TO_STOP = 8


class Supervisor:
    """The programs in the order in which they were started; engines stop last."""

    def __init__(self, home: Home, *, throwaway: bool = False) -> None:
        self.home = home
        self.postgres = None if os.environ.get("DATABASE_URL") else Postgres(home, throwaway=throwaway)
        self.valkey = None if os.environ.get("REDIS_URL") else Valkey(home)
        self.engines: list[Program] = []
        self.programs: list[Program] = []

    def start_engines(self) -> dict[str, str]:
        """Start the engines that no URL replaces and wait until they answer; returns the environment to reach them."""
        engines = [engine for engine in (self.postgres, self.valkey) if engine]
        for engine in engines:
            program = engine.program()
            self.engines.append(program)
            program.start(self.home)
        for engine, program in zip(engines, self.engines, strict=True):
            self.wait_for(program, engine.ready)
        return self.environment()

    def environment(self) -> dict[str, str]:
        """The environment for everything that uses the engines."""
        urls = {"DATABASE_URL": self.postgres, "REDIS_URL": self.valkey}
        return self.home.environment({name: engine.url for name, engine in urls.items() if engine})

    def start(self, program: Program) -> Program:
        """Start one more program."""
        self.programs.append(program)
        program.start(self.home)
        return program

    def wait_for(self, program: Program, ready: Callable[[Program], bool]) -> None:
        """Wait until the program is ready; `Trouble` when it ends before that or takes two minutes."""
        deadline = time.monotonic() + SECONDS_TO_START
        while not ready(program):
            if not program.running or time.monotonic() > deadline:
                raise Trouble(f"{program.name} does not start: {program.last_words()} (log: {program.log})")
            time.sleep(0.05)

    def watch(self) -> NoReturn:
        """Start again whatever ends, until `kin.Stop` comes."""
        while True:
            for program in [*self.engines, *self.programs]:
                if words := program.revive(self.home):
                    print(words, flush=True)
            with suppress(ChildProcessError):  # orphans of programs that died come to us
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
            time.sleep(0.5)

    def stop(self) -> None:
        """End all programs, then the engines; what does not end in 8 seconds is killed with its whole group."""
        kin.deafen()
        for group in (self.programs, self.engines):
            for program in group:
                program.ask_to_stop()
            deadline = time.monotonic() + SECONDS_TO_STOP
            for program in group:
                program.end(deadline)

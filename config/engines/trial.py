"""`manage.py test`: the suite on throw-away engines of the same kind as the panel's."""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from config.engines import Trouble, kin
from config.engines.home import ROOT, Home
from config.engines.supervisor import Supervisor

DESCRIPTION = "Run the tests. All further arguments go to pytest."


def main(arguments: list[str]) -> int:
    """Read the command line (the command first), run pytest, return its exit code."""
    parser = argparse.ArgumentParser(prog="manage.py test", description=DESCRIPTION, allow_abbrev=False)
    parser.add_argument("--full", action="store_true", help="the long runs too")
    parser.add_argument("--require-all", action="store_true", help="a missing tool fails a test instead of skipping it")
    options, pytest_arguments = parser.parse_known_args(arguments[1:])
    wishes = {"ENGAWA_FULL": options.full, "ENGAWA_REQUIRE_ALL": options.require_all}
    os.environ.update({name: "1" for name, wanted in wishes.items() if wanted})
    return kin.hold(lambda: run(pytest_arguments))


def run(arguments: list[str]) -> int:
    """Start engines in a temporary folder, run pytest beside them, stop them."""
    with tempfile.TemporaryDirectory(prefix="engawa-test-", ignore_cleanup_errors=True) as folder:
        supervisor = Supervisor(Home(Path(folder)), throwaway=True)
        try:
            supervisor.home.open()
            environment = supervisor.start_engines()
            return _pytest([*parallel(arguments), *arguments], environment)
        except Trouble as trouble:
            print(trouble, file=sys.stderr)
            return 1
        finally:
            supervisor.stop()


def parallel(arguments: list[str]) -> list[str]:
    """Use all cores (at most 4) for the whole suite; one process when something is picked or debugged."""
    picked = any(not argument.startswith("-") for argument in arguments)
    if picked or {"-x", "--pdb", "--lf", "--sw"} & set(arguments):
        return []
    return ["-n", str(max(2, min(4, os.cpu_count() or 2))), "--dist", "loadscope"]


def _pytest(arguments: list[str], environment: dict[str, str]) -> int:
    command = [sys.executable, "-m", "pytest", *arguments]
    tie = kin.tied(signal.SIGINT)
    process = subprocess.Popen(command, cwd=ROOT, env=environment, preexec_fn=tie, process_group=0)
    try:
        return process.wait()
    except kin.Stop:
        process.send_signal(signal.SIGINT)  # pytest says what it has done so far
        try:
            return process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            return 130

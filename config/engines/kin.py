"""Keeps a family of processes together: whoever of it is killed, nobody stays behind (Linux; elsewhere best effort)."""

import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
LIBC = ctypes.CDLL(None)


class Stop(BaseException):
    """SIGINT, SIGTERM or SIGHUP came: end in order."""


def hold(work: Callable[[], int]) -> int:
    """Run `work` in a child that outlives neither its task nor this process; returns its exit code.

    Signals reach `work` as one `Stop`. If this process is killed, the child is told; if the child is killed, its
    orphans come to this process, which ends them.
    """
    _prctl(PR_SET_CHILD_SUBREAPER, 1)
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    parent, child = os.getpid(), os.fork()
    if child == 0:
        _work(work, parent)
    for number in SIGNALS:
        signal.signal(number, lambda number, _: _send(child, number))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code < 0:
        print("The supervisor was killed; ending everything it ran.", file=sys.stderr, flush=True)
        sweep(grace=10)
    return code if code >= 0 else 128 - code


def _work(work: Callable[[], int], parent: int) -> NoReturn:
    os.setsid()  # Ctrl-C reaches the parent alone, which passes it on once
    tied(signal.SIGTERM, parent)()
    _prctl(PR_SET_CHILD_SUBREAPER, 1)
    code = 1
    try:
        for number in SIGNALS:
            signal.signal(number, _stop)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        code = work()
    except Stop:
        code = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        deafen()
        sweep(grace=0)
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError):  # a terminal that is gone
                stream.flush()
        os._exit(code)


def _stop(number: int, frame: FrameType | None) -> None:
    deafen()
    raise Stop


def deafen() -> None:
    """From now on signals change nothing: the end has begun."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def tied(number: int, parent: int | None = None) -> Callable[[], None]:
    """For `preexec_fn`: the new process gets the signal when its parent dies, however it dies."""
    expected = parent or os.getpid()

    def tie() -> None:
        _prctl(PR_SET_PDEATHSIG, number)
        if os.getppid() != expected:  # it died before the tie was made
            os._exit(1)

    return tie


def sweep(*, grace: float) -> None:
    """Reap every child, own or adopted; those still alive after `grace` seconds are killed."""
    deadline = time.monotonic() + grace
    while children := list(_children()):
        if time.monotonic() >= deadline:
            for pid in children:
                _send(pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        time.sleep(0.02)


def _children() -> Iterator[int]:
    me = str(os.getpid())
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            # "pid (name) state ppid ...": the name may hold spaces and parentheses
            if stat.read_text().rpartition(")")[2].split()[1] == me:
                yield int(stat.parent.name)


def _send(pid: int, number: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def _prctl(option: int, value: int) -> None:
    if hasattr(LIBC, "prctl"):
        LIBC.prctl(option, value, 0, 0, 0)

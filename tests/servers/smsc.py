"""smpp34 from PyPI as an SMSC, in a venv and a process of its own; it can be killed, and its links cut."""

import json
import signal
import socket
import subprocess
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from config.engines import kin
from tests.servers import venvs

REQUIREMENTS, PROGRAM = Path(__file__).with_suffix(".txt"), Path(__file__).with_name("smsc_main.py")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Smsc:
    """An SMSC with a journal of what it took."""

    def __init__(self, folder: Path) -> None:
        self.interpreter = venvs.python("smpp34", REQUIREMENTS)
        self.port, self.file = free_port(), folder / "journal"

    def start(self) -> None:
        """Start it, or start it again after a kill."""
        command = [str(self.interpreter), str(PROGRAM), str(self.port), str(self.file)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, preexec_fn=kin.tied(signal.SIGKILL))
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == b"ready\n"
        self.process.stdout.close()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def took(self) -> list[dict[str, Any]]:
        """The texts it took, in order."""
        lines = self.file.read_text().split("\n")[:-1] if self.file.exists() else []
        return [line for line in map(json.loads, lines) if "id" in line]


class Cable:
    """A TCP connection to the SMSC that can be cut in the middle of a byte stream."""

    def __init__(self, port: int) -> None:
        self.target = port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.ends: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near = self.listener.accept()[0]
                try:
                    far = socket.create_connection(("127.0.0.1", self.target))
                except OSError:  # nobody is there now
                    near.close()
                    continue
                self.ends += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(700):  # a few PDUs, usually not whole ones
                other.sendall(data)
        self.close(one, other)

    def cut(self) -> None:
        """Close what is open; new connections work."""
        ends, self.ends = self.ends, []
        self.close(*ends)

    @staticmethod
    def close(*ends: socket.socket) -> None:
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def remove(self) -> None:
        self.listener.close()
        self.cut()

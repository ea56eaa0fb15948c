"""The bundled Valkey: the broker, which keeps every message in an append-only file."""

import socket

from config.engines import binaries
from config.engines.home import Home
from config.engines.programs import Program


class Valkey:
    """A Valkey in `valkey/` of a data folder, on 127.0.0.1 and with a password."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.folder = home.path / "valkey"

    @property
    def url(self) -> str:
        """The address for REDIS_URL."""
        return f"redis://:{self.home.state['password']}@127.0.0.1:{self.home.state['valkey_port']}/0"

    def program(self) -> Program:
        """The server; its password is in a file that only we can read, not on its command line."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        settings = self.folder / "valkey.conf"
        settings.touch(mode=0o600)
        settings.write_text(
            f'bind 127.0.0.1\nport {self.home.port("valkey_port")}\ndir "{self.folder}"\n'
            f'requirepass {self.home.state["password"]}\nappendonly yes\nsave ""\n'
        )
        return Program("Valkey", [str(binaries.valkey()), str(settings)])

    def ready(self, program: Program) -> bool:
        """Whether it answers."""
        try:
            with socket.create_connection(("127.0.0.1", self.home.state["valkey_port"]), timeout=1) as wire:
                wire.sendall(f"AUTH {self.home.state['password']}\r\nPING\r\n".encode())
                answers = wire.makefile("rb")
                return [answers.readline(), answers.readline()] == [b"+OK\r\n", b"+PONG\r\n"]
        except OSError:
            return False

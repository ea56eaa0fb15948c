"""acme2certifier from PyPI: an ACME server in front of a CA, GPL, so in a venv and a process of its own.

It speaks renewal information (RFC 9773), wants external account bindings, and keeps a signed list of what it revoked.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import requests

from config.engines import kin
from tests.compute import pki
from tests.servers import venvs
from tests.servers.smsc import free_port

REQUIREMENTS = Path(__file__).with_suffix(".txt")
PROGRAM = """
import sys
from wsgiref.simple_server import make_server
from acme2certifier.share.acme2certifier_wsgi import application
make_server("127.0.0.1", int(sys.argv[1]), application).serve_forever()
"""
EAB_ID, EAB_KEY = "engawa-2", "V2hhdCBpcyBoZXJlIGlzIG9ubHkgZm9yIHRlc3RzLCAzMiBieXRlcw"
CONFIG = """
[DEFAULT]
debug: False
[DBhandler]
handler_module: acme2certifier.dbhandlers.wsgi_handler
dbfile: {folder}/acme.db
[CAhandler]
handler_module: acme2certifier.cahandlers.openssl_ca_handler
issuing_ca_cert: {folder}/ca.pem
issuing_ca_key: {folder}/key.pem
issuing_ca_crl: {folder}/crl.pem
cert_save_path: {folder}/issued
cert_validity_days: 90
[EABhandler]
eab_handler_module: acme2certifier.eabhandlers.json_handler
key_file: {folder}/eab.json
[Challenge]
challenge_validation_disable: True
"""


@dataclass(frozen=True)
class Running:
    """Where it answers, its CA, and the list of what that revoked."""

    directory: str
    ca: pki.Issued
    crl: Path


@contextmanager
def serve(folder: Path, at: datetime) -> Iterator[Running]:
    """Run it in the folder until the block ends. Names aren't checked: its questions could only go to port 80."""
    interpreter, port = venvs.python("acme2certifier", REQUIREMENTS), free_port()
    ca = pki.issue("Engawa test CA", at=at, ca=True, days=3650)
    (folder / "issued").mkdir()
    (folder / "ca.pem").write_text(ca.pem)
    (folder / "key.pem").write_text(ca.key_pem)
    (folder / "eab.json").write_text(json.dumps({EAB_ID: EAB_KEY}))
    (folder / "acme_srv.cfg").write_text(CONFIG.format(folder=folder))
    known = {"ACME_SRV_CONFIGFILE": str(folder / "acme_srv.cfg"), "ACME2CERTIFIER_I_KNOW_THE_RISK": "1"}
    with (folder / "log").open("wb") as log:
        started = subprocess.Popen(
            [str(interpreter), "-c", PROGRAM, str(port)], cwd=folder, stdout=log, stderr=log,
            env=os.environ | known, preexec_fn=kin.tied(signal.SIGKILL),
        )  # fmt: skip
        try:
            directory = f"http://127.0.0.1:{port}/directory"
            wait_for(directory, started, folder / "log")
            yield Running(directory, ca, folder / "crl.pem")
        finally:
            started.terminate()
            started.wait(timeout=10)


def wait_for(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    """Return when it answers."""
    deadline = time.monotonic() + 30
    while server.poll() is None and time.monotonic() < deadline:
        try:
            if requests.get(url, timeout=5).ok:
                return
        except requests.RequestException:
            time.sleep(0.1)
    raise AssertionError(f"acme2certifier did not start:\n{log.read_text()}")

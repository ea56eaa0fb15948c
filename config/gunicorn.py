"""Gunicorn's settings; WEB_CONCURRENCY and WEB_THREADS size it, `--bind` says where it listens."""

import os
from pathlib import Path

wsgi_app = "config.wsgi"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "4"))
preload_app = True
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  heartbeats on a disk can stall
timeout = 60
graceful_timeout = 5
keepalive = 5
# The API carries its query as JSON in the request line (api.md); 8190 is gunicorn's largest limit but "none".
limit_request_line = 8190
loglevel = "warning"
control_socket_disable = True

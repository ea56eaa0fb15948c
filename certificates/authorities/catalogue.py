"""The authorities a new installation knows (78-2). Staff open more of them, or others, in the admin."""

from typing import Any

ROWS: tuple[dict[str, Any], ...] = (
    {
        "code": "development", "name": "Engawa development CA", "driver": "development", "terms": "ca-development",
        "is_trusted": False, "is_open": True, "caa": ["ca.engawa.example"],
    },
    {
        "code": "letsencrypt", "name": "Let's Encrypt", "driver": "acme", "terms": "ca-letsencrypt",
        "directory": "https://acme-v02.api.letsencrypt.org/directory", "caa": ["letsencrypt.org"],
        "terms_url": "https://letsencrypt.org/repository/",
    },
)  # fmt: skip


def write(apps: Any) -> None:
    """Add what is lacking; what staff changed stays."""
    for row in ROWS:
        apps.get_model("certificates", "Authority").objects.get_or_create(code=row["code"], defaults=row)

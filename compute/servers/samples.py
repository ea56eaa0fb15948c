""" "Copy as API / CLI": how to do with a program what the page does."""

from django.conf import settings

from compute.servers.models import Server

Sample = dict[str, str]


def of(server: Server) -> list[Sample]:
    """Reading and stopping this server by API and by command line."""
    root = f"{settings.BASE_URL}/cloud/zone/{server.zone.code}/api/cloud/1.1"
    curl = f"curl -u \"$TOKEN:$SECRET\" '{root}/server/{server.number}'"
    usacloud = f"usacloud server read --zone {server.zone.code} {server.number}"
    return [{"label": "API", "text": curl}, {"label": "CLI", "text": usacloud}]

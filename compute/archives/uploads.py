"""Where an image is uploaded to."""

from dataclasses import dataclass
from ipaddress import ip_network

from django.conf import settings

from compute.archives.models import Image

# The upload server of a zone has the second address of the zone's shared segment.
UPLOAD_HOST = 2


@dataclass(frozen=True)
class UploadPoint:
    """An upload server, and how to sign in there by FTPS. password: "" when it isn't shown any more."""

    host: str
    address: str
    user: str
    password: str = ""

    def wire(self) -> dict[str, str]:
        """As the cloud API says it."""
        return {"HostName": self.host, "IPAddress": self.address, "User": self.user, "Password": self.password}


def point_of(image: Image, password: str = "") -> UploadPoint:
    """Where the image is uploaded to."""
    zone = image.zone
    address = str(ip_network(zone.network)[UPLOAD_HOST])
    return UploadPoint(f"{zone.code}.{settings.UPLOAD_DOMAIN}", address, image.upload_user, password)

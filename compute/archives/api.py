"""Archives in the cloud API: the provider's catalogue of the zone, to be read."""

from typing import Any

from django.db.models import QuerySet

from accounts.api import Resources
from compute.archives.models import Archive
from compute.zones_api import ZONE
from core.api import Choice, Fixed, Id, Instant, Link, Part, Presence, Tags, Text, Whole

AVAILABILITY = {Archive.State.UPLOADING: "uploading", Archive.State.AVAILABLE: "available"}

BRIEF = Part(
    {
        "ID": Id("number"),
        "Name": Text("name"),
        "Scope": Presence("project", present="user", absent="shared"),
        "Availability": Choice("state", AVAILABILITY),
        "SizeMB": Whole("size_gb", times=1024),
    }
)
ARCHIVE = Part(
    {
        **BRIEF.tree,
        "Description": Text("description"),
        "Tags": Tags("tags"),
        "MigratedMB": Whole("size_gb", times=1024),
        "Icon": Fixed(None),
        "SourceDisk": Fixed(None),
        "SourceArchive": Fixed(None),
        "Zone": Link("zone", ZONE),
        "CreatedAt": Instant("created_at"),
        "ModifiedAt": Instant("state_changed_at"),
    }
)


def in_zone(request: Any) -> QuerySet[Archive]:
    """Those of the zone in the address."""
    return Archive.objects.filter(zone__code=request.zone)


archives = Resources("archive", "Archive", "Archives", rows=in_zone, fields=ARCHIVE)

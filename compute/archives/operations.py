"""How workers perform what archives and CD-ROM images ask for."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from compute.archives import actions
from compute.archives.models import Archive, Cdrom, Image
from compute.drivers import hypervisor
from compute.drivers.storage import Copying, ImageSpec
from core.operations.models import Operation
from core.operations.performing import Performer

MODELS: dict[str, type[Image]] = {"compute.archive": Archive, "compute.cdrom": Cdrom}


def subject(operation: Operation) -> Image:
    wanted = MODELS[operation.subject_kind]._base_manager.select_related("project", "contract", "zone")
    image: Image = wanted.get(pk=operation.subject_pk)
    return image


@contextmanager
def watched(record: Callable[[float], None]) -> Iterator[None]:
    """Record how far a copy is while it takes its time."""
    try:
        yield
    except Copying as copying:
        record(copying.done)
        raise


def source_of(image: Image) -> str:
    """The ref of what it is copied from."""
    if not isinstance(image, Archive):
        return ""
    if image.source_disk_id is not None:
        return f"disk-{image.source_disk_id}"
    return f"archive-{image.source_archive_id}" if image.source_archive_id else ""


def copy(operation: Operation, at: datetime) -> None:
    image = subject(operation)
    spec = ImageSpec(image.zone.code, image.size_gb, source_of(image))
    with watched(lambda done: actions.progressed(image, done)):
        hypervisor().create_image(image.ref, spec, key=operation.uuid, at=at)


def open_upload(operation: Operation, at: datetime) -> None:
    """Open the door with the password of now; closed meanwhile, it stays closed."""
    image = subject(operation)
    password = image.unsealed_password()
    if password:
        spec = ImageSpec(image.zone.code, image.size_gb)
        hypervisor().open_upload(image.ref, spec, image.upload_user, password, key=operation.uuid, at=at)


def close_upload(operation: Operation, at: datetime) -> None:
    hypervisor().close_upload(subject(operation).ref, key=operation.uuid, at=at)


def delete(operation: Operation, at: datetime) -> None:
    hypervisor().delete_image(subject(operation).ref, key=operation.uuid, at=at)


def of_images(noun: str) -> dict[str, Performer]:
    """The performers of one kind of image."""
    copying: Any = {
        "finish": lambda operation, _result, at: actions.copied(subject(operation), at=at),
        "failed": lambda operation, text, at: actions.copy_failed(subject(operation), text, at=at),
    }
    return {
        f"{noun}.copy": Performer(copy, **copying),
        f"{noun}.open_upload": Performer(open_upload),
        f"{noun}.close_upload": Performer(close_upload),
        f"{noun}.delete": Performer(delete),
    }


PERFORMERS = of_images("archive") | of_images("cdrom")

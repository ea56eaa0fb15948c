"""Addresses of archives and CD-ROM images, and of sharing."""

from typing import Any

from django.urls import URLPattern, path

from compute.archives import share_views, views
from compute.archives.models import Archive, Cdrom


def of(at: str, model: Any) -> list[URLPattern]:
    """The addresses of one kind of image."""
    noun, kind = model.noun, {"model": model}
    return [
        path(f"{at}/", views.index, kind, name=f"{noun}s"),
        path(f"{at}/ours", views.index, {**kind, "ours": True}, name=f"{noun}s_ours"),
        path(f"{at}/new", views.create, kind, name=f"{noun}_new"),
        path(f"{at}/price", views.price, kind, name=f"{noun}_price"),
        path(f"{at}/<int:number>/", views.detail, kind, name=noun),
        path(f"{at}/<int:number>/status", views.status, kind, name=f"{noun}_status"),
        path(f"{at}/<int:number>/edit", views.edit, kind, name=f"{noun}_edit"),
        path(f"{at}/<int:number>/upload", views.open_upload, kind, name=f"{noun}_upload"),
        path(f"{at}/<int:number>/upload/complete", views.close_upload, kind, name=f"{noun}_close_upload"),
        path(f"{at}/<int:number>/protection", views.protect, kind, name=f"{noun}_protect"),
        path(f"{at}/<int:number>/delete", views.delete, kind, name=f"{noun}_delete"),
    ]


urlpatterns = [
    *of("archives", Archive),
    *of("cd-roms", Cdrom),
    path("archives/shared", share_views.copy, name="archive_copy"),
    path("archives/<int:number>/share", share_views.share, name="archive_share"),
    path("archives/<int:number>/share/key", share_views.rotate, name="archive_rotate"),
    path("archives/<int:number>/share/revoke", share_views.revoke, name="archive_revoke"),
    path("archives/<int:number>/report", share_views.report, name="archive_report"),
]

"""The page of SSH keys."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.access import ARRANGE, visible
from accounts.gates import in_project, signed_in
from compute.library import actions
from compute.library.models import SshKey
from core.forms import NameField, OnceForm, page, submitted
from core.web import back


class KeyForm(OnceForm):
    """A public key and what to call it."""

    name = NameField()
    public_key = forms.CharField(
        label=gettext_lazy("Public key"), max_length=16_384,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=gettext_lazy("In OpenSSH format, one line: the content of ~/.ssh/id_ed25519.pub."),
    )  # fmt: skip


@in_project
def index(request: Any) -> HttpResponse:
    """The keys of the project, and the form for one more."""
    keys = SshKey.objects.visible_to(request.actor).alive().filter(project=request.project).order_by("name", "pk")
    return page(request, "compute/library/keys.html", KeyForm(), keys=keys)


@in_project(level=ARRANGE)
def create(request: Any) -> HttpResponse:
    """Register a key."""
    form = KeyForm(request.POST or None)

    def act() -> str:
        data = form.cleaned_data
        actions.create(
            request.project, name=data["name"], public_key=data["public_key"], by=request.actor, at=request.now
        )
        return "ssh_keys"

    keys = SshKey.objects.visible_to(request.actor).alive().filter(project=request.project).order_by("name", "pk")
    done = submitted(request, form, act, done=_("The key was registered."))
    return done or page(request, "compute/library/keys.html", form, keys=keys)


@require_POST
@signed_in
def delete(request: Any, number: int) -> HttpResponse:
    """Forget a key."""
    actions.delete(visible(request, SshKey, number, ARRANGE), by=request.actor, at=request.now)
    return back(request, "/ssh-keys/")

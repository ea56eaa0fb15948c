"""A person's own pages: profile, and the way to everything about their security."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts import audit
from accounts.gates import signed_in
from accounts.users import actions
from accounts.users.adapter import set_language
from accounts.users.forms import ProfileForm
from core.forms import page, submitted


@signed_in
def profile(request: Any) -> HttpResponse:
    """Name and language; the language of the pages follows."""
    user = request.user
    form = ProfileForm(request.POST or None, initial={"name": user.name, "language": user.language})

    def act() -> str:
        name, language = form.cleaned_data["name"], form.cleaned_data["language"]
        actions.update(user, name=name, language=language, by=request.actor, at=request.now)
        return "profile"

    done = submitted(request, form, act, done=_("Saved."))
    if done:
        set_language(done, user.language)
    return done or page(request, "accounts/users/profile.html", form)


@signed_in
def security(request: Any) -> HttpResponse:
    """Address, password, second factors, sessions, and what happened to the account lately."""
    return render(request, "accounts/users/security.html", {"events": audit.timeline(request.user)})

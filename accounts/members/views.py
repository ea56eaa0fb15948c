"""Pages of members: the list, changing rights, inviting, leaving, handing ownership over."""

from typing import Any

from allauth.account.adapter import get_adapter
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.gates import in_organisation, public, signed_in
from accounts.members import actions, invitations
from accounts.members.forms import InvitationForm, RightsForm, initial_of
from accounts.members.listing import FOR_OWNERS, MEMBERS
from accounts.members.models import Invitation, Member
from accounts.projects.models import Project
from core.errors import Forbidden
from core.forms import OnceForm, page, submitted


@in_organisation
def index(request: Any) -> HttpResponseBase:
    """Who belongs to the organisation, and who was asked to."""
    members = Member.objects.filter(organisation=request.organisation)
    rows = members.select_related("user").prefetch_related("grants__project")
    open_ones = Invitation.objects.filter(
        organisation=request.organisation, accepted_at=None, withdrawn_at=None, expires_at__gt=request.now
    )
    owner = request.actor.seat_in(request.organisation.pk).owner
    context = {"invitations": open_ones.order_by("pk"), "owner": owner}
    return (FOR_OWNERS if owner else MEMBERS).answer(request, rows, "accounts/members/list.html", **context)


@in_organisation(owner=True)
def invite(request: Any) -> HttpResponse:
    """Ask somebody by mail to join."""
    form = InvitationForm(request.POST or None, projects=open_projects(request))

    def act() -> str:
        invitations.invite(
            request.organisation, form.cleaned_data["email"], form.rights(), by=request.actor, at=request.now
        )
        return "members"

    done = submitted(request, form, act, done=_("The invitation is on its way."))
    return done or page(request, "accounts/members/invite.html", form)


@in_organisation(owner=True)
def edit(request: Any, number: int) -> HttpResponse:
    """Change what a member may do."""
    member = found(request, number)
    projects = open_projects(request)
    form = RightsForm(request.POST or None, projects=projects, initial=initial_of(actions.rights_of(member), projects))

    def act() -> str:
        actions.change(member, form.rights(), by=request.actor, at=request.now)
        return "members"

    done = submitted(request, form, act, done=_("Saved."))
    return done or page(request, "accounts/members/edit.html", form, member=member)


@in_organisation
def remove(request: Any, number: int) -> HttpResponse:
    """Take a member out, or leave oneself, after asking."""
    member = found(request, number)
    oneself = member.user_id == request.user.pk
    if not (oneself or request.actor.seat_in(request.organisation.pk).owner):
        raise Forbidden(_("Only an owner may take others out. Ask an owner."))
    form = OnceForm(request.POST or None)

    def act() -> str:
        actions.remove(member, by=request.actor, at=request.now)
        return "dashboard" if oneself else "members"

    done = submitted(request, form, act, done=_("Done."))
    template = "accounts/members/remove.html"
    return done or page(request, template, form, member=member, oneself=oneself)


@in_organisation(owner=True)
def transfer(request: Any, number: int) -> HttpResponse:
    """Hand ownership to a member, after asking."""
    member = found(request, number)
    form = OnceForm(request.POST or None)

    def act() -> str:
        actions.transfer(request.organisation, member, by=request.actor, at=request.now)
        return "members"

    done = submitted(request, form, act, done=_("Ownership is handed over."))
    return done or page(request, "accounts/members/transfer.html", form, member=member)


@require_POST
@in_organisation(owner=True)
def withdraw(request: Any, number: int) -> HttpResponse:
    """Make an invitation worthless."""
    invitation = get_object_or_404(Invitation, organisation=request.organisation, number=number)
    invitations.withdraw(invitation, by=request.actor, at=request.now)
    return redirect("members")


@public
def invitation(request: Any, token: str) -> HttpResponse:
    """What the link in the mail shows: who invites, and joining; first signing in or up when need be.

    Whoever holds the link reads the mail of that address, so signing up with it needs no second proof.
    """
    invited = invitations.find(token, request.now)
    if invited is None:
        return render(request, "accounts/members/invitation_gone.html", status=404)
    if not request.user.is_authenticated:
        get_adapter(request).stash_verified_email(request, invited.email)
    return render(request, "accounts/members/invitation.html", {"invitation": invited, "token": token})


@require_POST
@signed_in
def join(request: Any, token: str) -> HttpResponse:
    """Accept the invitation."""
    invited = invitations.find(token, request.now)
    if invited is None:
        raise Http404
    invitations.accept(invited, request.user, by=request.actor, at=request.now)
    return redirect("dashboard")


def open_projects(request: Any) -> list[Project]:
    """The projects in which rights can be given."""
    return list(Project.objects.filter(organisation=request.organisation, closed_at=None).order_by("pk"))


def found(request: Any, number: int) -> Member:
    """The member of the organisation with this number; raises Http404."""
    members = Member.objects.select_related("user", "organisation")
    return get_object_or_404(members, organisation=request.organisation, number=number)

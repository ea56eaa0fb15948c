"""Paying an invoice now, instead of waiting for the day it is charged."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.gates import in_organisation
from billing.dues import actions
from billing.invoices import queries


@require_POST
@in_organisation(bill=True)
def pay(request: Any, number: int) -> HttpResponse:
    """Charge the card in use."""
    invoice = get_object_or_404(queries.issued_to(request.organisation), number=number)
    actions.pay(invoice, by=request.actor, at=request.now)
    messages.success(request, _("Your card is being charged. Reload this page in a moment to see the result."))
    return redirect(invoice)

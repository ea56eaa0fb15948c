"""Where the gateway calls."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.gates import public
from billing.inbox import actions
from billing.payments.drivers import Forged, gateway


@csrf_exempt
@require_POST
@public
def receive(request: Any) -> HttpResponse:
    """200 once it is noted, now or before; 400 for what the gateway did not sign, or long ago: nothing is kept."""
    if request.content_type != "application/json":
        return HttpResponse("JSON is expected.\n", status=400, content_type="text/plain")
    try:
        event = gateway().event(request.body, request.headers)
    except Forged:
        return HttpResponse("This was not signed by the gateway just now.\n", status=400, content_type="text/plain")
    actions.receive(event, request.body, at=request.now)
    return HttpResponse("Noted.\n", content_type="text/plain")

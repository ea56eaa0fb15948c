"""One verb for many rows of a list: ticked, or the whole filtered set.

A slice says which verbs its list has, and its index page is `SERVERS.answer(request, template)`:

    SERVERS = BulkList(
        "servers", _("Servers"), listing.LISTING,
        lambda actor, project: Server.objects.visible_to(actor).filter(project=project).for_list(),
        verbs=[BulkVerb("stop", _("Stop"), actions.stop, level=POWER, icon="player-stop")],
    )

Add it to the app's `BULK_LISTS` (settings.BULK_LISTS). First every row is tried out in a transaction that is rolled
back; what would be refused is shown with its reason. Then each row is done by the ordinary action in a transaction of
its own. Up to `AT_ONCE` rows are done within the request, more by a worker in portions, with progress on the page.
"""

from accounts.bulk.lists import BulkList, BulkVerb

__all__ = ["BulkList", "BulkVerb"]

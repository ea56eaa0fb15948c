"""Index of the app's pages."""

import compute.archives.urls
import compute.disks.urls
import compute.incidents.urls
import compute.library.urls
import compute.load_balancers.urls
import compute.networks.urls
import compute.pauses.urls
import compute.servers.urls

urlpatterns = [
    *compute.servers.urls.urlpatterns,
    *compute.disks.urls.urlpatterns,
    *compute.archives.urls.urlpatterns,
    *compute.library.urls.urlpatterns,
    *compute.load_balancers.urls.urlpatterns,
    *compute.networks.urls.urlpatterns,
    *compute.pauses.urls.urlpatterns,
    *compute.incidents.urls.urlpatterns,
]

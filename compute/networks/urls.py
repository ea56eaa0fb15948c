"""Index of the addresses of networks."""

import compute.networks.aws.urls
import compute.networks.bridges.urls
import compute.networks.filters.urls
import compute.networks.hybrid.urls
import compute.networks.interfaces.urls
import compute.networks.local_routers.urls
import compute.networks.routers.urls
import compute.networks.switches.urls

urlpatterns = [
    *compute.networks.switches.urls.urlpatterns,
    *compute.networks.routers.urls.urlpatterns,
    *compute.networks.filters.urls.urlpatterns,
    *compute.networks.bridges.urls.urlpatterns,
    *compute.networks.hybrid.urls.urlpatterns,
    *compute.networks.local_routers.urls.urlpatterns,
    *compute.networks.aws.urls.urlpatterns,
    *compute.networks.interfaces.urls.urlpatterns,
]

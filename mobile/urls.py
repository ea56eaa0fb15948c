"""Index of the app's pages."""

import mobile.betas.urls
import mobile.connect.urls
import mobile.data_packs.urls
import mobile.mono.urls
import mobile.sims.urls

urlpatterns = [
    *mobile.connect.urls.urlpatterns,
    *mobile.sims.urls.urlpatterns,
    *mobile.data_packs.urls.urlpatterns,
    *mobile.mono.urls.urlpatterns,
    *mobile.betas.urls.urlpatterns,
]

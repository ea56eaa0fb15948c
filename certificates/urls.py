"""Index of the app's pages."""

import certificates.orders.urls

urlpatterns = [*certificates.orders.urls.urlpatterns]

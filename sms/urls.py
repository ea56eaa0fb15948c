"""Index of the app's pages."""

import sms.audience.urls
import sms.batches.urls
import sms.messages.urls
import sms.resale.urls
import sms.subscriptions.urls
import sms.two_factor.urls

urlpatterns = [
    *sms.subscriptions.urls.urlpatterns,
    *sms.messages.urls.urlpatterns,
    *sms.batches.urls.urlpatterns,
    *sms.two_factor.urls.urlpatterns,
    *sms.audience.urls.urlpatterns,
    *sms.resale.urls.urlpatterns,
]

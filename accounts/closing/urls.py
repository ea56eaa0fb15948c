from django.urls import path

from accounts.closing import views

urlpatterns = [
    path("organisation/export", views.download, name="organisation_export"),
    path("organisation/close", views.close, name="organisation_close"),
    path("profile/close", views.close_account, name="account_close"),
]

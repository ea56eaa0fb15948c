from django.urls import path

from accounts.consents import views

urlpatterns = [
    path("consents", views.index, name="consents"),
    path("consents/<slug:code>/<int:version>", views.detail, name="consent"),
]

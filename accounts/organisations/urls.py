from django.urls import path

from accounts.organisations import views

urlpatterns = [
    path("organisation", views.detail, name="organisation"),
    path("organisation/new", views.new, name="organisation_new"),
    path("organisation/edit", views.edit, name="organisation_edit"),
]

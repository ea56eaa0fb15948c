from django.urls import path

from accounts.users import views

urlpatterns = [
    path("profile", views.profile, name="profile"),
    path("security", views.security, name="security"),
]

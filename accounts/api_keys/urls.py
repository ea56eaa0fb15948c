from django.urls import path

from accounts.api_keys import views

urlpatterns = [
    path("api-keys", views.index, name="api_keys"),
    path("api-keys/new", views.new, name="api_key_new"),
    path("api-keys/<uuid:token>/revoke", views.revoke, name="api_key_revoke"),
]

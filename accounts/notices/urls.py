from django.urls import path

from accounts.notices import hook_views, views

urlpatterns = [
    path("notices", views.inbox, name="notices"),
    path("notices/read", views.read_all, name="notices_read"),
    path("notices/mail", views.mail, name="notice_preferences"),
    path("notices/<uuid:uuid>", views.detail, name="notice"),
    path("webhooks", hook_views.index, name="webhooks"),
    path("webhooks/new", hook_views.new, name="webhook_new"),
    path("webhooks/<uuid:uuid>/", hook_views.detail, name="webhook"),
    path("webhooks/<uuid:uuid>/test", hook_views.try_out, name="webhook_test"),
    path("webhooks/<uuid:uuid>/remove", hook_views.remove, name="webhook_remove"),
]

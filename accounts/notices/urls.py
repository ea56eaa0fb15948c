from django.urls import path

from accounts.notices import views

urlpatterns = [
    path("notices", views.inbox, name="notices"),
    path("notices/read", views.read_all, name="notices_read"),
    path("notices/mail", views.mail, name="notice_preferences"),
    path("notices/<uuid:uuid>", views.detail, name="notice"),
]

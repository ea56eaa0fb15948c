from django.urls import path

from accounts.deadlines import views

urlpatterns = [
    path("deadlines", views.index, name="deadlines"),
    path("deadlines/feed", views.open_feed, name="deadlines_feed_open"),
    path("deadlines/feed/<str:token>.ics", views.feed, name="deadlines_feed"),
]

from django.urls import path

from accounts.viewing import views

urlpatterns = [path("viewing/stop", views.stop, name="viewing_stop")]

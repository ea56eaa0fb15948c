from django.urls import path

from compute.incidents import views

urlpatterns = [
    path("status", views.status, name="status"),
    path("status/<int:number>", views.incident, name="incident"),
]

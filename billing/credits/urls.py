from django.urls import path

from billing.credits import views

urlpatterns = [
    path("claims", views.index, name="claims"),
    path("claims/<int:number>/<str:month>", views.claim, name="claim"),
]

from django.urls import path

from billing.postings import views

urlpatterns = [path("statement", views.statement, name="statement")]

from django.urls import path

from billing.estimates import views

urlpatterns = [
    path("charges", views.charges, name="charges"),
    path("costs", views.costs, name="costs"),
    path("prices", views.prices, name="prices"),
]

from django.urls import path

from billing.passports import views

urlpatterns = [
    path("passports", views.index, name="passports"),
    path("passports/new", views.buy, name="passport_new"),
    path("passports/price", views.price, name="passport_price"),
    path("passports/<int:number>", views.detail, name="passport"),
]

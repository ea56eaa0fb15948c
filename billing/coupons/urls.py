from django.urls import path

from billing.coupons import views

urlpatterns = [
    path("coupons", views.index, name="coupons"),
    path("coupons/redeem", views.redeem, name="coupon_redeem"),
]

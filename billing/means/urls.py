from django.urls import path

from billing.means import views

urlpatterns = [
    path("means", views.index, name="means"),
    path("means/apply", views.apply, name="means_apply"),
    path("means/withdraw", views.answer, {"verb": "withdraw"}, name="means_withdraw"),
    path("means/accept", views.answer, {"verb": "accept"}, name="means_accept"),
    path("means/decline", views.answer, {"verb": "decline"}, name="means_decline"),
    path("means/card", views.use_card, name="means_card"),
    path("means/hybrid", views.hybrid, name="hybrid_means"),
]

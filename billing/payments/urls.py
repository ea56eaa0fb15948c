from django.urls import path

from billing.payments import holds_views, views

urlpatterns = [
    path("cards", views.index, name="cards"),
    path("cards/holds", holds_views.index, name="holds"),
    path("cards/holds/again", holds_views.again, name="hold_again"),
    path("cards/new", views.new, name="card_new"),
    path("cards/remove", views.remove, name="card_remove"),
    path("cards/setup/<uuid:uuid>", views.setup, name="card_setup"),
    path("cards/setup/<uuid:uuid>/pick", views.pick, name="card_pick"),
    path("cards/setup/<uuid:uuid>/given", views.given, name="card_given"),
]

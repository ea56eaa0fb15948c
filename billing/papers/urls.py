from django.urls import path

from billing.papers import views

urlpatterns = [
    path("papers", views.index, name="papers"),
    path("papers/bundles", views.pack, name="bundle_new"),
    path("papers/bundles/<uuid:uuid>.zip", views.bundle, name="bundle"),
    path("papers/<str:label>/english", views.english, name="paper_english"),
    path("papers/<str:label>/<str:language>.pdf", views.file, name="paper_file"),
    path("receipts/<int:number>", views.receipt, name="receipt"),
    path("return-invoices/<int:number>", views.credit_note, name="credit_note"),
]

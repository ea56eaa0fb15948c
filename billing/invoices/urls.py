from django.urls import path

from billing.invoices import views

urlpatterns = [
    path("invoices", views.index, name="invoices"),
    path("invoices/<int:number>", views.detail, name="invoice"),
    path("invoices/<int:number>/csv", views.csv, name="invoice_csv"),
]

from django.urls import path

from billing.dues import views

urlpatterns = [path("invoices/<int:number>/pay", views.pay, name="invoice_pay")]

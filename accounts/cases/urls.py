from django.urls import path

from accounts.cases import views

urlpatterns = [
    path("cases", views.index, name="cases"),
    path("cases/new", views.new, name="case_new"),
    path("cases/<int:number>", views.detail, name="case"),
    path("cases/<int:number>/close", views.close, name="case_close"),
    path("cases/<int:number>/files/<uuid:uuid>", views.file, name="case_file"),
]

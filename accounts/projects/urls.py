from django.urls import path

from accounts.projects import views

urlpatterns = [
    path("projects", views.index, name="projects"),
    path("projects/new", views.new, name="project_new"),
    path("projects/<int:number>/edit", views.edit, name="project_edit"),
    path("projects/<int:number>/close", views.close, name="project_close"),
    path("projects/<int:number>/switch", views.switch, name="project_switch"),
]

from django.urls import path

from accounts.members import views

urlpatterns = [
    path("members", views.index, name="members"),
    path("members/invite", views.invite, name="invitation_new"),
    path("members/<int:number>", views.edit, name="member_edit"),
    path("members/<int:number>/remove", views.remove, name="member_remove"),
    path("members/<int:number>/transfer", views.transfer, name="member_transfer"),
    path("members/invitations/<int:number>/withdraw", views.withdraw, name="invitation_withdraw"),
    path("invitations/<str:token>", views.invitation, name="invitation"),
    path("invitations/<str:token>/join", views.join, name="invitation_join"),
]

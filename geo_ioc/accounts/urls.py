"""Addresses of the account pages, before those of allauth."""

from django.urls import path

from geo_ioc.accounts import browsers, views

urlpatterns = [
    path("", views.account, name="accounts_account"),
    path("login/", views.SignIn.as_view(), name="account_login"),
    path("tokens/", views.tokens, name="accounts_tokens"),
    path("tokens/<int:pk>/revoke/", views.revoke_token, name="accounts_revoke_token"),
    path("browsers/", browsers.add_browser, name="accounts_add_browser"),
    path("browsers/<int:pk>/remove/", browsers.remove_browser, name="accounts_remove_browser"),
]

"""Every address of the product. A URL that tests/test_access.py does not list fails a test."""

from django.urls import URLPattern, URLResolver, include, path

from harmtracker import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("health/", views.health, name="health"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("sources.urls")),
    path("", include("claims.urls")),
]

handler400 = "harmtracker.views.bad_request"
handler403 = "harmtracker.views.permission_denied"
handler404 = "harmtracker.views.not_found"
handler500 = "harmtracker.views.server_error"

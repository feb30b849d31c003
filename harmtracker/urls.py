"""Every address of the product. A URL that tests/test_access.py does not list fails a test."""

from django.urls import URLPattern, URLResolver, include, path

from harmtracker import views, views_drafts, views_people, views_presence, views_undo

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("claims.api.urls")),  # first: looked through most often
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("account/", views.account, name="account"),
    path("account/language/", views.account_language, name="account-language"),
    path("account/mail/", views.account_mail, name="account-mail"),
    path("account/keys/", views.account_keys, name="account-keys"),
    path("drafts/", views_drafts.save, name="draft-save"),
    path("drafts/throw-away/", views_drafts.drop, name="draft-drop"),
    path("presence/", views_presence.here, name="presence"),
    path("undo/", views_undo.press, name="undo"),
    path("health/", views.health, name="health"),
    path("people/", views_people.people, name="people"),
    path("people/new/", views_people.person_new, name="person-new"),
    path("people/<uuid:pk>/", views_people.person, name="person"),
    path("people/<uuid:pk>/active/", views_people.person_active, name="person-active"),
    path("people/<uuid:pk>/password/", views_people.person_password, name="person-password"),
    path("people/teams/new/", views_people.team_new, name="team-new"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("sources.urls")),
    path("", include("claims.urls")),
    path("", include("claims.urls_house")),
]

handler400 = "harmtracker.views.bad_request"
handler403 = "harmtracker.views.permission_denied"
handler404 = "harmtracker.views.not_found"
handler500 = "harmtracker.views.server_error"

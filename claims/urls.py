"""Addresses of the record's pages."""

from django.urls import URLPattern, path

from claims.views import log, reader

urlpatterns: list[URLPattern] = [
    # --- Incidents
    # --- Statements and links
    # --- Sources: the Reader and the list
    path("sources/<str:ref>/", reader.source, name="source"),
    path("sources/<str:ref>/captures/<int:number>/", reader.capture, name="capture"),
    path("sources/<str:ref>/captures/<int:number>/log/", log.statement, name="capture-log"),
    path("sources/<str:ref>/captures/<int:number>/words/", log.more_words, name="capture-words"),
    path("sources/<str:ref>/captures/<int:number>/note/", log.note, name="capture-note"),
    # --- Parties, places, media items
    # --- Assessing, review, workflow, marking, release
    # --- Partners and people
]

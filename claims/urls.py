"""Addresses of the record's pages."""

from django.urls import URLPattern, path

from claims.views import incidents as incident_pages
from claims.views import lists, log, media_items, parties, places, reader

urlpatterns: list[URLPattern] = [
    # --- Incidents
    path("", lists.incidents, name="incidents"),
    path("incidents/<str:ref>/", incident_pages.incident, name="incident"),
    # --- Statements and links
    path("statements/", lists.statements, name="statements"),
    # --- Sources: the Reader and the list
    path("sources/", lists.sources, name="sources"),
    path("sources/<str:ref>/", reader.source, name="source"),
    path("sources/<str:ref>/captures/<int:number>/", reader.capture, name="capture"),
    path("sources/<str:ref>/captures/<int:number>/log/", log.statement, name="capture-log"),
    path("sources/<str:ref>/captures/<int:number>/words/", log.more_words, name="capture-words"),
    path("sources/<str:ref>/captures/<int:number>/note/", log.note, name="capture-note"),
    # --- Parties, places, media items
    path("parties/", parties.parties, name="parties"),
    path("parties/new/", parties.party_new, name="party-new"),
    path("parties/<str:ref>/", parties.party, name="party"),
    path("parties/<str:ref>/edit/", parties.party_edit, name="party-edit"),
    path("places/<str:ref>/", places.place, name="place"),
    path("media/<str:ref>/", media_items.media_item, name="media-item"),
    # --- Assessing, review, workflow, marking, release
    # --- Partners and people
]

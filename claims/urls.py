"""Addresses of the record's pages."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = [
    # --- Incidents
    # --- Statements and links
    # --- Sources: the Reader and the list
    # --- Parties, places, media items
    # --- Assessing, review, workflow, marking, release
    # --- Partners and people
]

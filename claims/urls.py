"""Addresses of the record's pages."""

from django.urls import URLPattern, path

from claims.views import (
    assessments,
    changes,
    copies,
    desk,
    evidence,
    figures,
    lists,
    log,
    marking,
    media_items,
    parties,
    partners,
    places,
    reader,
    releases,
    review,
    source_media,
    withdrawing,
    workflow,
)
from claims.views import incidents as incident_pages
from claims.views import requests as comment_requests
from claims.views import sources as source_pages
from claims.views import statements as statement_pages

urlpatterns: list[URLPattern] = [
    # --- The desk
    path("desk/", desk.desk, name="desk"),
    path("desk/answer/", desk.answer, name="alarm-answer"),
    path("desk/reopen/", desk.reopen, name="alarm-reopen"),
    # --- Incidents
    path("", lists.incidents, name="incidents"),
    path("incidents/new/", incident_pages.incident_new, name="incident-new"),
    path("incidents/<str:ref>/", incident_pages.incident, name="incident"),
    path("incidents/<str:ref>/edit/", incident_pages.incident_edit, name="incident-edit"),
    path("incidents/<str:ref>/figures/new/", figures.figure_new, name="figure-new"),
    path("incidents/<str:ref>/requests/new/", comment_requests.request_new, name="request-new"),
    path("requests/<str:ref>/outcome/", comment_requests.request_outcome, name="request-outcome"),
    # --- Statements and links
    path("statements/", lists.statements, name="statements"),
    path("statements/<str:ref>/", statement_pages.statement, name="statement"),
    path("statements/<str:ref>/edit/", statement_pages.statement_edit, name="statement-edit"),
    path("statements/<str:ref>/answer/", statement_pages.statement_answer, name="statement-answer"),
    path("statements/<str:ref>/lifecycle/", statement_pages.statement_lifecycle, name="statement-lifecycle"),
    path("renderings/<uuid:pk>/withdraw/", withdrawing.rendering, name="rendering-withdraw"),
    path("figures/<uuid:pk>/withdraw/", withdrawing.figure, name="figure-withdraw"),
    path("links/<uuid:pk>/remove/", statement_pages.link_remove, name="link-remove"),
    # --- Sources: the Reader and the list
    path("sources/", lists.sources, name="sources"),
    path("sources/<str:ref>/", reader.source, name="source"),
    path("sources/<str:ref>/edit/", source_pages.edit, name="source-edit"),
    path("sources/<str:ref>/changes/", changes.changes, name="source-changes"),
    path("sources/<str:ref>/copies/", copies.copies, name="source-copies"),
    path("sources/<str:ref>/copies/suggest/", source_pages.copy_suggest, name="copy-suggest"),
    path("sources/<str:ref>/evidence/", evidence.evidence, name="source-evidence"),
    path("sources/<str:ref>/statements/", source_pages.statements, name="source-statements"),
    path("sources/<str:ref>/media/", source_media.media_new, name="source-media"),
    path("sources/<str:ref>/visits/", source_pages.visits, name="source-visits"),
    path("sources/<str:ref>/workflow/", workflow.step, {"kind": "source"}, name="source-workflow"),
    path("sources/<str:ref>/marking/", marking.marking, {"kind": "source"}, name="source-marking"),
    path("copies/<uuid:pk>/", source_pages.copy_decide, name="copy-decide"),
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
    path("incidents/<str:ref>/assess/", assessments.assess, {"kind": "incident"}, name="incident-assess"),
    path("incidents/<str:ref>/take-up/", assessments.take_up, {"kind": "incident"}, name="incident-take-up"),
    path("incidents/<str:ref>/workflow/", workflow.step, {"kind": "incident"}, name="incident-workflow"),
    path("incidents/<str:ref>/marking/", marking.marking, {"kind": "incident"}, name="incident-marking"),
    path("incidents/<str:ref>/release/", releases.release, {"kind": "incident"}, name="incident-release"),
    path("incidents/<str:ref>/withdraw/", releases.withdraw, {"kind": "incident"}, name="incident-withdraw"),
    path("statements/<str:ref>/assess/", assessments.assess, {"kind": "statement"}, name="statement-assess"),
    path("statements/<str:ref>/take-up/", assessments.take_up, {"kind": "statement"}, name="statement-take-up"),
    path("statements/<str:ref>/workflow/", workflow.step, {"kind": "statement"}, name="statement-workflow"),
    path("statements/<str:ref>/marking/", marking.marking, {"kind": "statement"}, name="statement-marking"),
    path("statements/<str:ref>/release/", releases.release, {"kind": "statement"}, name="statement-release"),
    path("statements/<str:ref>/withdraw/", releases.withdraw, {"kind": "statement"}, name="statement-withdraw"),
    path("media/<str:ref>/assess/", assessments.assess, {"kind": "media-item"}, name="media-item-assess"),
    path("media/<str:ref>/take-up/", assessments.take_up, {"kind": "media-item"}, name="media-item-take-up"),
    path("media/<str:ref>/workflow/", workflow.step, {"kind": "media-item"}, name="media-item-workflow"),
    path("media/<str:ref>/marking/", marking.marking, {"kind": "media-item"}, name="media-item-marking"),
    path("assessments/<uuid:pk>/", assessments.assessment, name="assessment"),
    path("review/", review.review, name="review"),
    # --- Partners and people
    path("partners/", partners.partners, name="partners"),
    path("partners/<uuid:pk>/", partners.partner, name="partner"),
    path("partners/<uuid:pk>/active/", partners.partner_active, name="partner-active"),
    path("tokens/<uuid:pk>/revoke/", partners.token_revoke, name="token-revoke"),
]

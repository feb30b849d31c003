"""Addresses of the export, version 1."""

from django.urls import URLPattern, path

from claims.api import captures, changes, exports, incidents, me, named, parts, places, schema, statements, vocabularies
from claims.api.linked.views import context_file

urlpatterns: list[URLPattern] = [
    path("incidents/", incidents.Incidents.as_view(), name="api-incidents"),
    path("incidents/<str:key>/", incidents.Incident.as_view(), name="api-incident"),
    path("incidents/<str:key>/bundle/", incidents.IncidentBundle.as_view(), name="api-bundle"),
    path("incidents/<str:key>/history/", incidents.IncidentHistory.as_view(), name="api-incident-history"),
    path("statements/", statements.Statements.as_view(), name="api-statements"),
    path("statements/<str:key>/", statements.Statement.as_view(), name="api-statement"),
    path("statements/<str:key>/history/", statements.StatementHistory.as_view(), name="api-statement-history"),
    path("links/", parts.Links.as_view(), name="api-links"),
    path("figures/", parts.Figures.as_view(), name="api-figures"),
    path("comment-requests/", parts.CommentRequests.as_view(), name="api-comment-requests"),
    path("notes/", parts.Notes.as_view(), name="api-notes"),
    path("parties/", named.Parties.as_view(), name="api-parties"),
    path("sources/", named.Sources.as_view(), name="api-sources"),
    path("places/", places.Places.as_view(), name="api-places"),
    path("captures/", captures.Captures.as_view(), name="api-captures"),
    path("changes/", changes.Changes.as_view(), name="api-changes"),
    path("exports/", exports.Exports.as_view(), name="api-exports"),
    path("exports/<uuid:dump>/<uuid:segment>/", exports.ExportFile.as_view(), name="api-export-file"),
    path("audit/head/", changes.AuditHead.as_view(), name="api-audit-head"),
    path("vocabularies/", vocabularies.Vocabularies.as_view(), name="api-vocabularies"),
    path("vocabularies/<str:name>/", vocabularies.Vocabulary.as_view(), name="api-vocabulary"),
    path("me/", me.Me.as_view(), name="api-me"),
    path("schema/", schema.Schema.as_view(), name="api-schema"),
    path("schema/<str:name>.json", schema.ObjectSchema.as_view(), name="api-object-schema"),
    path("context.jsonld", context_file, name="api-context"),
    path("docs/", schema.docs, name="api-docs"),
    path("<path:anything>", me.Nothing.as_view(), name="api-nothing"),
]

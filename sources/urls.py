"""Addresses of handing in and capturing. What shows statements on a source lives in claims."""

from django.urls import path

from sources.views import batch, captures, evidence, hand_in, operations

urlpatterns = [
    path("log/", hand_in.hand_in, name="hand-in"),
    path("log/links/<uuid:pk>/", batch.progress, name="hand-in-batch"),
    path("operations/", operations.overview, name="operations"),
    path("lanes/<str:name>/", operations.lane, name="operations-lane"),
    path("operations/work/<uuid:pk>/", operations.retry, name="operations-retry"),
    path("operations/again/", operations.retry_all, name="operations-retry-all"),
    path("operations/check/", operations.check, name="operations-check"),
    path("sources/<str:ref>/again/", captures.again, name="source-again"),
    path("sources/<str:ref>/watch/", captures.watch, name="source-watch"),
    path("sources/<str:ref>/cited/", hand_in.follow_link, name="source-follow-link"),
    path("sources/<str:ref>/captures/<int:number>/steps/", captures.steps, name="capture-steps"),
    path("sources/<str:ref>/captures/<int:number>/compared/", captures.compared, name="capture-compare"),
    path("sources/<str:ref>/captures/<int:number>/bytes/", captures.body, name="capture-body"),
    path("sources/<str:ref>/captures/<int:number>/manifest/", evidence.manifest, name="capture-manifest"),
    path("sources/<str:ref>/captures/<int:number>/time-stamp/", evidence.time_stamp, name="capture-time-stamp"),
    path("sources/<str:ref>/captures/<int:number>/rendered/<str:part>/", evidence.rendered, name="capture-rendered"),
    path("sources/<str:ref>/captures/<int:number>/warc/", evidence.capture_warc, name="capture-warc"),
    path("sources/<str:ref>/warc/", evidence.source_warc, name="source-warc"),
    path("sources/<str:ref>/wacz/", evidence.source_wacz, name="source-wacz"),
]

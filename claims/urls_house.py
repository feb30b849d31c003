"""Addresses of what people in the house say to one another, and of having read the news on one's desk."""

from django.urls import URLPattern, path

from claims.views import discussion, news

_TALKED_ABOUT = (
    ("incidents", "incident", "incident"),
    ("statements", "statement", "statement"),
    ("sources", "source", "source"),
    ("media", "media_item", "media-item"),
    ("parties", "party", "party"),
)

urlpatterns: list[URLPattern] = [
    *(
        path(f"{folder}/<str:ref>/discussion/", discussion.discussion, {"kind": kind}, name=f"{name}-discussion")
        for folder, kind, name in _TALKED_ABOUT
    ),
    *(
        path(f"{folder}/<str:ref>/assign/", discussion.assign_it, {"kind": kind}, name=f"{name}-assign")
        for folder, kind, name in _TALKED_ABOUT
    ),
    path("incidents/<str:ref>/follow/", discussion.incident_follow, name="incident-follow"),
    path("remarks/<uuid:pk>/take-back/", discussion.remark_take_back, name="remark-take-back"),
    path("assignments/<uuid:pk>/end/", discussion.assignment_end, name="assignment-end"),
    path("desk/read/", news.read, name="news-read"),
]

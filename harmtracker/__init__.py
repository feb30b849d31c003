"""The project: wiring, and the little that `sources` and `claims` share."""

from harmtracker.celery import app as celery_app

__all__ = ["celery_app"]

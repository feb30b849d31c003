"""The project: wiring, and the little that `sources` and `claims` share.

The Celery application stands in `harmtracker.celery`, where `celery -A harmtracker` finds it. It is not imported here:
the web process tells the broker nothing, and would carry it for nothing.
"""

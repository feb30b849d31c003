"""The Celery application. It only wakes workers: the record of what is to be done is the Job table."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "harmtracker.settings")

app = Celery("harmtracker")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

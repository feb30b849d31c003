"""The web process, as gunicorn loads it."""

import os

# Before settings are read: only this process pools its connections.
os.environ.setdefault("HARMTRACKER_PROCESS", "web")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "harmtracker.settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

"""The product's own settings, pointed at the test servers; whatever the developer's shell sets is ignored."""

import os

from harmtracker.embedded.paths import place

for _name in (
    "DEBUG", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "BEHIND_PROXY", "SECRET_KEY_FALLBACKS", "DATABASE_OWNER_URL",
    "RENDER_PAGES", "RENDER_ACCOUNT", "EVIDENCE_STORE", "TIME_STAMP_URL", "TIME_STAMP_CERTIFICATES",
    "MAIL_SERVER", "MAIL_FROM", "PUBLIC_ADDRESS",
    "HARMTRACKER_ORGANISATION", "HARMTRACKER_LANGUAGE", "LOG_LEVEL", "STATIC_ROOT", "WEB_THREADS",
):  # fmt: skip
    os.environ.pop(_name, None)
os.environ["DATABASE_URL"] = place("test").database_url
os.environ["DATABASE_OWNER_URL"] = place("test").owner_url
os.environ["REDIS_URL"] = os.environ.get("HARMTRACKER_TEST_BROKER") or place("test").broker_url
os.environ["SECRET_KEY"] = "a secret that only the tests know, long enough to pass the checks 0123456789"
os.environ["TOKEN_PEPPER"] = "a pepper that only the tests know, long enough to pass the checks 0123456789"
os.environ["PLAIN_HTTP"] = "1"
# The manifest storage raises for files that collectstatic has not seen.
os.environ["STATIC_FROM_SOURCE"] = "1"

# The process that runs the tests names its database and its queues after itself, so that two runs in one
# checkout do not meet; the worker it starts is told the names.
RUN = os.environ.get("HARMTRACKER_TEST_RUN") or str(os.getpid())
os.environ["BROKER_KEY_PREFIX"] = f"test-{RUN}:"

from harmtracker.settings import *  # noqa: E402, F403
from harmtracker.settings import DATABASES  # noqa: E402

DATABASES["default"]["TEST"] = {"NAME": f"test_harmtracker_{RUN}"}
if os.environ.get("HARMTRACKER_TEST_DATABASE"):  # in the worker and relay the tests start
    DATABASES["default"]["NAME"] = os.environ["HARMTRACKER_TEST_DATABASE"]
# Real hashing of passwords costs a third of a second a user, and proves nothing here.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Printing starts a browser; the tests that mean it say which.
CHROMIUM = ""
LANGUAGE_CODE = "en"
# A browser asks for each style once a run; by the minute of the product it asks again for all twenty, often.
WHITENOISE_MAX_AGE = 86_400

"""Every setting, from the environment (see .env.example). Importing this starts nothing and writes nothing.

With no DATABASE_URL and REDIS_URL the embedded servers of this checkout are meant; manage.py starts them.
"""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from harmtracker import environment as env
from harmtracker.embedded.paths import place
from harmtracker.secrets_file import read_secrets
from harmtracker.task_limits import TaskLimits

BASE_DIR = Path(__file__).resolve().parent.parent

# Which process this is: web, worker, relay or beat; empty for commands.
PROCESS = env.text("HARMTRACKER_PROCESS")
DEBUG = env.flag("DEBUG")
# Served over plain http (the demonstration on 127.0.0.1, development): cookies then cannot be __Host- ones.
PLAIN_HTTP = env.flag("PLAIN_HTTP", default=DEBUG)

# --- Secrets: from the environment; only a checkout with embedded servers keeps its own, made on first start.

_own_servers = not env.text("DATABASE_URL")
_kept = read_secrets() if _own_servers else {}
SECRET_KEY = env.text("SECRET_KEY", _kept.get("SECRET_KEY", "development only" if DEBUG else ""))
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
# Partner tokens are kept as HMACs under this key, so a stolen database opens nothing.
TOKEN_PEPPER = env.text("TOKEN_PEPPER", _kept.get("TOKEN_PEPPER", "development only" if DEBUG else ""))
if PROCESS and not (SECRET_KEY and TOKEN_PEPPER):
    raise ImproperlyConfigured("SECRET_KEY and TOKEN_PEPPER must be set: two long random values, kept secret.")

ALLOWED_HOSTS = env.words("ALLOWED_HOSTS") or ["127.0.0.1", "localhost"]
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")

# --- Apps and middleware

INSTALLED_APPS = [
    "harmtracker.apps.HarmtrackerConfig",
    "sources.apps.SourcesConfig",
    "claims.apps.ClaimsConfig",
    "django.contrib.postgres",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "harmtracker.static_files.StaticFiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_htmx",
]

MIDDLEWARE = [
    "harmtracker.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "harmtracker.middleware_of_pages.Sessions",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "harmtracker.middleware_of_pages.Authentication",
    "harmtracker.middleware.LanguageMiddleware",
    "harmtracker.middleware_of_pages.Messages",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "harmtracker.middleware_of_pages.PrivatePages",
    "harmtracker.middleware.PlainAddressesMiddleware",
    "harmtracker.middleware.NotOpenedMiddleware",
    "harmtracker.middleware_of_pages.Htmx",
]

ROOT_URLCONF = "harmtracker.urls"
FORM_RENDERER = "harmtracker.form_html.Renderer"
WSGI_APPLICATION = "harmtracker.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# --- Database

# Migrations run as the owner of the tables; everyone else connects as `app`, which may only add to the record.
DATABASE_OWNER_ROLE = "owner"
DATABASE_APP_ROLE = "app"
WEB_THREADS = env.number("WEB_THREADS", 8)

_database = env.database(env.text("DATABASE_URL", place().database_url))
DATABASE_APP_ROLE = _database["USER"] or DATABASE_APP_ROLE
_owner = env.database(
    env.text("DATABASE_OWNER_URL") or env.text("DATABASE_URL") or place().owner_url,
)
DATABASE_OWNER_ROLE = _owner["USER"] or DATABASE_OWNER_ROLE
DATABASE_OWNER_PASSWORD = _owner["PASSWORD"]

# A page of an index costs about as much as the next page of a table, on a solid-state disk or in memory; by
# PostgreSQL's own reckoning, of spinning disks, it reads whole tables for the few rows of a page.
_session = ["-c jit=off", "-c random_page_cost=1.1"]
if PROCESS in ("worker", "relay", "beat"):
    # Triggers refuse a finding set by a program: they see by this that no person is at work.
    _session.append("-c harmtracker.background=on")
else:
    # A page waits longer for parallel workers to start than they save it, the more so where others are at work.
    _session.append("-c max_parallel_workers_per_gather=0")
_database["OPTIONS"]["options"] = " ".join([*_session, _database["OPTIONS"].get("options", "")]).strip()
# Only cursors of harmtracker.prepared.planned() have anything prepared: the third time that they ask the same.
_database["OPTIONS"]["prepare_threshold"] = 2
if PROCESS == "web":
    _database["OPTIONS"]["pool"] = {"min_size": 1, "max_size": WEB_THREADS, "timeout": 5}
DATABASES = {"default": _database | {"CONN_MAX_AGE": 0}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# In PostgreSQL, not in the broker: limits that count there do not open when the broker is down.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "harmtracker_cache"},
}

# --- Background work: the Job table is the record, Celery only wakes workers. Times in seconds, each below the next.

CELERY_BROKER_URL = env.text("REDIS_URL", place().broker_url)
# For each lane: when its task is asked to end, when it is killed, and when its job is anybody's again.
_SHORT = TaskLimits(soft=45, hard=60, lease=75)
JOB_LIMITS = {
    "fetch": _SHORT,
    "recheck": _SHORT,
    "parse": TaskLimits(soft=75, hard=90, lease=105),
    "claims": TaskLimits(soft=120, hard=150, lease=180),
    "upkeep": TaskLimits(soft=1700, hard=1750, lease=1800),
    "webhooks": _SHORT,
}
CELERY_TASK_SOFT_TIME_LIMIT = JOB_LIMITS["claims"].soft
CELERY_TASK_TIME_LIMIT = JOB_LIMITS["claims"].hard
# How many visits, readings, and endpoints of partners being sent to, go on at once in the whole installation. Of each,
# one place is kept free for whoever comes next: nobody holds all of them, and neither does what nobody waits for.
VISITS_AT_ONCE = env.number("VISITS_AT_ONCE", 3)
READS_AT_ONCE = env.number("READS_AT_ONCE", 2)
SENDS_AT_ONCE = env.number("SENDS_AT_ONCE", 3)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 2400,
    "global_keyprefix": env.text("BROKER_KEY_PREFIX", "harmtracker:"),
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "retry_policy": {"max_retries": 1},
}
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_ACKS_ON_FAILURE_OR_TIMEOUT = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_STORE_ERRORS_EVEN_IF_IGNORED = False
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_SERIALIZER = "json"
CELERY_RESULT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
# A queue for each lane; only upkeep is also asked for by name, by beat.
CELERY_TASK_DEFAULT_QUEUE = "upkeep"
# Each is asked for once a minute and made once in its slot (harmtracker/schedule.py); a message nobody took is dropped.
CELERY_BEAT_SCHEDULE = {
    kind: {
        "task": "harmtracker.fall_due",
        "args": [kind],
        "schedule": 60,
        "options": {"queue": "upkeep", "expires": 50},
    }
    for kind in (
        "recheck.sweep",
        "recheck.hasten",
        "evidence.stamp",
        "evidence.verify",
        "jobs.forget",
        "embargoes.ended",
        "documents.write_out",
        "dumps.make",
        "dumps.mend",
        "news.mail",
        "webhooks.note",
    )
}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True

# --- People and doors

AUTH_USER_MODEL = "harmtracker.User"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "/"
CSRF_FAILURE_VIEW = "harmtracker.views.csrf_failure"
LOGOUT_REDIRECT_URL = "sign-in"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

_prefix = "" if PLAIN_HTTP else "__Host-"
SESSION_COOKIE_NAME = f"{_prefix}session"
CSRF_COOKIE_NAME = f"{_prefix}csrf"
LANGUAGE_COOKIE_NAME = f"{_prefix}language"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = not PLAIN_HTTP
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

SECURE_SSL_REDIRECT = not PLAIN_HTTP
SECURE_HSTS_SECONDS = 0 if PLAIN_HTTP else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not PLAIN_HTTP
# Only behind a proxy that sets this header itself; otherwise anyone could claim to have come by https.
# How many proxies of ours stand before the web process; the address a sign-in comes from is read behind them.
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 1 if env.flag("BEHIND_PROXY") else 0)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_PROXY") else None
# Other hosts are told nothing. "no-referrer" would tell our own forms nothing either: browsers then send
# "Origin: null" with every POST, and the check against forged forms refuses it.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}

# A file handed in may hold 25 MB, and its form a little more.
DATA_UPLOAD_MAX_MEMORY_SIZE = 26 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 5

# --- Language and time: what people read in their own zone is stored in UTC.

# The language of the installation: what partners read, and the words that are stored, are in it whoever does the work.
LANGUAGE_CODE = env.choice("HARMTRACKER_LANGUAGE", ("en", "uk", "ru"))
LANGUAGES = [("en", _("English")), ("uk", _("Ukrainian")), ("ru", _("Russian"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- Static files: served by the web process itself, so that no page needs another host.

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
# The demonstration and development serve files from where they lie; production collects and hashes them first.
STATIC_FROM_SOURCE = env.flag("STATIC_FROM_SOURCE", default=DEBUG)
_plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _plain if STATIC_FROM_SOURCE else "harmtracker.static_files.Storage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = STATIC_FROM_SOURCE

# --- The partners' API

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "claims.api.described.ExportSchema",
    "EXCEPTION_HANDLER": "claims.api.problems.problem_response",
    # Every parameter is one of ours: `format` is refused like any other that nobody declared.
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "harmtracker export",
    "DESCRIPTION": "Released records of civilian harm: who said what, who denied it, what could be confirmed.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "WEBHOOKS": ["claims.api.serializers.webhooks.MESSAGE"],
}

# How often one token may ask in a minute; 0: as often as it likes.
EXPORT_REQUESTS_PER_MINUTE = env.number("EXPORT_REQUESTS_PER_MINUTE", 600)

# --- Mail: news of the house to its own people, and nothing else. Without a server nothing is sent.

MAILERS = env.mail_server("MAIL_SERVER")
# Django warns of having none; an installation without mail is as it should be.
SILENCED_SYSTEM_CHECKS = [] if MAILERS else ["mail.W001"]
MAIL_FROM = env.text("MAIL_FROM")
# Where the house's pages are, for the links in a mail: no request is at hand when it is written.
PUBLIC_ADDRESS = env.web_address("PUBLIC_ADDRESS")
if MAILERS and not (MAIL_FROM and PUBLIC_ADDRESS):
    raise ImproperlyConfigured("MAIL_SERVER is set without MAIL_FROM or PUBLIC_ADDRESS: a mail needs both.")

# --- The house that uses the product, and how it reaches the world

HARMTRACKER_ORGANISATION = env.text("HARMTRACKER_ORGANISATION", "the organisation keeping this record")
EVIDENCE_ROOT = Path(env.text("EVIDENCE_ROOT", str(BASE_DIR / ".local" / "evidence")))
# s3://bucket/prefix: evidence lies there instead of in the folder.
EVIDENCE_STORE = env.bucket("EVIDENCE_STORE")
EVIDENCE_ENDPOINT = env.text("EVIDENCE_ENDPOINT")
EVIDENCE_REGION = env.text("EVIDENCE_REGION")
EVIDENCE_ACCESS_KEY = env.text("EVIDENCE_ACCESS_KEY")
EVIDENCE_SECRET_KEY = env.text("EVIDENCE_SECRET_KEY")

# An authority that stamps manifests with the time (RFC 3161), and the certificates its stamps must lead to.
TIME_STAMP_URL = env.text("TIME_STAMP_URL")
TIME_STAMP_CERTIFICATES = env.text("TIME_STAMP_CERTIFICATES")
if TIME_STAMP_URL and not TIME_STAMP_CERTIFICATES:
    raise ImproperlyConfigured("TIME_STAMP_URL is set without TIME_STAMP_CERTIFICATES: no stamp could be checked.")

# Prints dossiers as PDF; where it is not there, people print from their own browser.
CHROMIUM = env.text("CHROMIUM", "/usr/bin/chromium")

# People may have pages rendered: Chromium loads them once more, with their scripts, as another account of this machine.
RENDER_PAGES = env.flag("RENDER_PAGES")
RENDER_ACCOUNT = env.text("RENDER_ACCOUNT", "nobody")
RENDER_SECONDS = 20

# Addresses of this machine the fetcher may reach; only the demonstration and the tests set it.
FETCH_ALLOWED_LOOPBACK = env.loopback_pairs("FETCH_ALLOWED_LOOPBACK")
FETCH_PORTS = [80, 443]
# Seconds between the beginnings of two visits to one host, unless its robots.txt asks for more. The allowed pairs of
# this machine are nobody's site, so they need no such care except where a test asks for it.
FETCH_HOST_DELAY_SECONDS = 1
FETCH_SPARES_LOOPBACK = False
FETCH_DEADLINE_SECONDS = 30
FETCH_CONNECT_SECONDS = 5
FETCH_MAX_HEADER_BYTES = 64 * 1024
FETCH_MAX_BODY_BYTES = 25 * 1024 * 1024
FETCH_MAX_RATIO = 100
FETCH_MAX_REDIRECTS = 5
# How long a partner's endpoint has to take one message; what it answers beside its status is not read.
WEBHOOK_DEADLINE_SECONDS = 10
FETCH_ROBOTS = env.choice("FETCH_ROBOTS", ("record", "obey"))

# --- Logs

LOG_LEVEL = env.text("LOG_LEVEL", "INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "harmtracker.logs.JsonFormatter"}},
    "filters": {"request_id": {"()": "harmtracker.logs.RequestIdFilter"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["request_id"]},
    },
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        # Django's own development server repeats what gunicorn's access log says.
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
    },
}

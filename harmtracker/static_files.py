"""How static files are found and named."""

from django.contrib.staticfiles.apps import StaticFilesConfig
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(StaticFilesConfig):
    """The static files app, leaving out what no page asks for."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns, "*.mjs.map", "*-dev.mjs", "*-shared.mjs", "*.d.ts", "README.md",
        "package.json",
    ]  # fmt: skip


class Storage(CompressedManifestStaticFilesStorage):
    """Names carry the hash of the contents, so they can be kept for ever; also inside our own modules' imports."""

    support_js_module_import_aggregation = True

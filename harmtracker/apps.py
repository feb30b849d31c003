"""The app that holds people, the audit trail and the ledger of work."""

from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class HarmtrackerConfig(AppConfig):
    """Registers the checks that refuse a database or a configuration the product cannot be honest with."""

    name = "harmtracker"
    verbose_name = _("People and records")

    def ready(self) -> None:
        from harmtracker.checks import check_database, check_secrets

        checks.register(check_database, checks.Tags.database)
        checks.register(check_secrets, checks.Tags.security)

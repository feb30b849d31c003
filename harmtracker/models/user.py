"""The people who work here, and the teams they work in."""

import uuid
from functools import cache, cached_property
from typing import Any, ClassVar

from django.apps import apps
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from harmtracker.identity import new_id
from harmtracker.markings import Flag, Tlp
from harmtracker.records import Marked, choice_constraint


class Role(models.TextChoices):
    """What a person may do. Roles do not nest: an admin has no editorial power."""

    VIEWER = "viewer", _("Viewer")
    ANALYST = "analyst", _("Analyst")
    EDITOR = "editor", _("Editor")
    ADMIN = "admin", _("Administrator")


class MailRhythm(models.TextChoices):
    """How often news is sent by mail; on the desk it stands at once."""

    NEVER = "never", _("Never")
    HOURLY = "hourly", _("At most once an hour")
    DAILY = "daily", _("Once a day")


class Language(models.TextChoices):
    """Languages of the interface, each named in itself."""

    ENGLISH = "en", "English"
    UKRAINIAN = "uk", "Українська"
    RUSSIAN = "ru", "Русский"


class Team(models.Model):
    """A group inside the organisation whose records only its members see."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120, unique=True)

    def __str__(self) -> str:
        return self.name


@cache
def named_tables() -> list[tuple[type[models.Model], str]]:
    """The tables that say which records name which people, each with the column of the record's key."""
    marked = [model for model in apps.get_models() if issubclass(model, Marked)]
    return [(model.named.through, f"{model._meta.model_name}_id") for model in marked]


class UserManager(BaseUserManager["User"]):
    """Makes people. A viewer is cleared to GREEN, everyone else to AMBER, unless said otherwise."""

    def create_user(self, username: str, password: str | None = None, **fields: object) -> "User":
        role = str(fields.get("role", Role.VIEWER))
        fields.setdefault("clearance", Tlp.GREEN if role == Role.VIEWER else Tlp.AMBER)
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person with an account: one role, a clearance, the handling flags they may see through, and teams."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    username = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=120, help_text=_("The name shown beside what this person did."))
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.VIEWER)
    clearance = models.CharField(max_length=12, choices=Tlp.choices, default=Tlp.GREEN)
    flags = ArrayField(models.CharField(max_length=20, choices=Flag.choices), default=list, blank=True)
    teams = models.ManyToManyField(Team, blank=True, related_name="members")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    language = models.CharField(
        max_length=2, choices=Language.choices, blank=True, help_text=_("Empty: as the browser asks.")
    )
    single_keys = models.BooleanField(default=True, help_text=_("Single keys act as short cuts."))
    email = models.EmailField(blank=True)
    mail = models.CharField(max_length=6, choices=MailRhythm.choices, default=MailRhythm.NEVER)
    review_share = models.PositiveSmallIntegerField(
        default=100, help_text=_("Percent of what this person sends for review that an editor has to read.")
    )
    # Numbers of audit events: how far the news was read on the desk, and how far it went out by mail.
    read_up_to = models.BigIntegerField(default=0)
    mailed_up_to = models.BigIntegerField(default=0)
    mailed_at = models.DateTimeField(null=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [
            choice_constraint("user", "role", Role),
            choice_constraint("user", "clearance", Tlp),
            choice_constraint("user", "mail", MailRhythm),
            models.CheckConstraint(condition=Q(language__in=["", *Language.values]), name="user_language_known"),
            models.CheckConstraint(condition=Q(review_share__lte=100), name="user_review_share_percent"),
            models.CheckConstraint(condition=Q(mail="never") | ~Q(email=""), name="user_mail_has_address"),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    @property
    def initials(self) -> str:
        """At most two letters for the round badge in the masthead."""
        return "".join(word[0] for word in str(self).split()[:2]).upper()

    @cached_property
    def _reach(self) -> dict[str, list[uuid.UUID]]:
        """Keys of the person's teams and of the records that name them, by table, in one query."""
        tables = [(User.teams.through, "team_id"), *named_tables()]
        parts = [
            f"SELECT '{through._meta.db_table}', {column} FROM {through._meta.db_table} WHERE user_id = %s"  # noqa: S608  # nosec B608
            for through, column in tables
        ]
        reach: dict[str, list[uuid.UUID]] = {}
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), [self.pk] * len(parts))
            for table, key in cursor.fetchall():
                reach.setdefault(table, []).append(key)
        return reach

    def team_ids(self) -> list[uuid.UUID]:
        """Keys of this person's teams; read once per request."""
        return self._reach.get(User.teams.through._meta.db_table, [])

    def named_ids(self, model: Any) -> list[uuid.UUID]:
        """Keys of the records of this kind that name the person; read once per request."""
        return self._reach.get(model.named.through._meta.db_table, [])

    def forget_reach(self) -> None:
        """Read teams and names again: somebody changed them while this person object lives."""
        self.__dict__.pop("_reach", None)

    def sees_through(self, handling: list[str], withholding: frozenset[str]) -> bool:
        """True when every withholding flag on a record is one this person may see through."""
        return set(handling) & set(withholding) <= set(self.flags)

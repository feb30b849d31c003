"""What visibility asks of a person, and nothing else of them."""

import uuid
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps

from harmtracker.models import User
from harmtracker.records import Marked


@dataclass(frozen=True)
class Reader:
    """A way of seeing: two people of whom this is equal see the same. Answers as a ``User`` does to ``visible_to``.

    It has no name and no key, so that nothing read through it can be meant for one person.
    """

    is_authenticated: bool
    is_active: bool
    role: str
    clearance: str
    flags: tuple[str, ...]
    teams: tuple[uuid.UUID, ...]
    named: tuple[tuple[str, tuple[uuid.UUID, ...]], ...]

    def team_ids(self) -> list[uuid.UUID]:
        """Keys of the person's teams."""
        return list(self.teams)

    def named_ids(self, model: Any) -> list[uuid.UUID]:
        """Keys of the records of this kind that name the person."""
        return list(dict(self.named).get(model._meta.label, ()))

    def sees_through(self, handling: list[str], withholding: frozenset[str]) -> bool:
        """True when every withholding flag on a record is one this person may see through."""
        return set(handling) & set(withholding) <= set(self.flags)


def reader_of(user: User) -> Reader:
    """How this person sees today. Asks for teams and names once per request, as ``visible_to`` does."""
    if not user.is_authenticated or not user.is_active:
        return Reader(user.is_authenticated, user.is_active, "", "", (), (), ())
    named = ((model._meta.label, tuple(sorted(user.named_ids(model)))) for model in _marked())
    return Reader(
        user.is_authenticated, user.is_active, user.role, user.clearance, tuple(sorted(user.flags)),
        tuple(sorted(user.team_ids())), tuple((label, keys) for label, keys in named if keys),
    )  # fmt: skip


@cache
def _marked() -> list[type[Any]]:
    return [model for model in apps.get_models() if issubclass(model, Marked)]

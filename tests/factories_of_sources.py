"""People, parties, places, sources and captures for tests. Import them from ``tests.factories``.

Counted names have five digits: no name is the beginning of another, and their order is the order they were made in.
"""

import hashlib
from collections.abc import Iterable
from typing import Any

import factory
from django.utils import timezone
from factory import Faker, LazyAttribute, LazyFunction, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from claims.models import Place, PlaceName
from harmtracker.models import Role, Team, User
from sources.models import Affiliation, Blob, Capture, CaptureComparison, Copy, Party, PartyName, Source
from sources.names import fold

PASSWORD = "a long enough password"
WORDS = "Bodies lay on the streets of Bucha."
TEXT = f"{WORDS} «Жоден місцевий житель не постраждав», the ministry said. 😶 Nobody answered."


class TeamFactory(DjangoModelFactory):
    class Meta:
        model = Team

    name = Sequence(lambda n: f"Team {n:05}")


class UserFactory(DjangoModelFactory):
    """A person who signs in with ``PASSWORD``; ``teams=[team]`` puts them in teams."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = Sequence(lambda n: f"person{n:05}")
    name = Faker("name")
    role = Role.ANALYST
    password = PASSWORD

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        return model_class.objects.create_user(*args, **kwargs)

    @factory.post_generation
    def teams(self, create: bool, extracted: Iterable[Team] | None, **kwargs: Any) -> None:
        if create and extracted:
            self.teams.add(*extracted)


def viewer(**fields: Any) -> User:
    return UserFactory(role=Role.VIEWER, **fields)


def analyst(**fields: Any) -> User:
    return UserFactory(role=Role.ANALYST, **fields)


def editor(**fields: Any) -> User:
    return UserFactory(role=Role.EDITOR, **fields)


def admin(**fields: Any) -> User:
    return UserFactory(role=Role.ADMIN, **fields)


def maker(made: Any) -> User:
    """Whoever made the record that this one is made for; a new analyst for what is made for its own sake."""
    for role in ("created_by", "requested_by"):
        if person := getattr(made.factory_parent, role, None):
            return person
    return analyst()


class RecordFactory(DjangoModelFactory):
    """``named=[user]`` names people on a marked record."""

    class Meta:
        abstract = True
        skip_postgeneration_save = True

    created_by = LazyAttribute(maker)

    @factory.post_generation
    def named(self, create: bool, extracted: Iterable[User] | None, **kwargs: Any) -> None:
        if create and extracted:
            self.named.add(*extracted)


class PartyFactory(RecordFactory):
    """A party under its shown name, which is a row of its own as well."""

    class Meta:
        model = Party

    kind = "state_body"
    name = Sequence(lambda n: f"Ministry {n:05}")

    @factory.post_generation
    def spelling(self, create: bool, extracted: str | None, **kwargs: Any) -> None:
        if create:
            PartyName.objects.create(party=self, text=self.name, lang="en", folded=fold(self.name))


class AffiliationFactory(DjangoModelFactory):
    class Meta:
        model = Affiliation

    party = SubFactory(PartyFactory, kind="person")
    body = SubFactory(PartyFactory)
    kind = "belongs_to"
    created_by = LazyAttribute(maker)


class PlaceFactory(RecordFactory):
    class Meta:
        model = Place

    name = Sequence(lambda n: f"Bucha {n:05}")
    country = "UA"

    @factory.post_generation
    def spelling(self, create: bool, extracted: str | None, **kwargs: Any) -> None:
        if create:
            PlaceName.objects.create(place=self, text=self.name, lang="en", folded=fold(self.name))


class SourceFactory(RecordFactory):
    class Meta:
        model = Source

    kind = "article"
    title = Sequence(lambda n: f"Article {n:05}")
    publisher = SubFactory(PartyFactory, kind="media")
    submitted_address = Sequence(lambda n: f"https://news.example/{n:05}")
    address_key = SelfAttribute("submitted_address")
    host = "news.example"
    lang = "en"
    tlp = "GREEN"


class BlobFactory(DjangoModelFactory):
    """The row of some bytes; the file is not written (``sources.capture.seal.seal`` does that)."""

    class Meta:
        model = Blob

    sha256 = Sequence(lambda n: hashlib.sha256(f"bytes {n}".encode()).hexdigest())
    size = 1000
    media_type = "text/html"

    @classmethod
    def _create(cls, model_class: type[Blob], *args: Any, **kwargs: Any) -> Blob:
        return model_class.objects.filter(pk=kwargs["sha256"]).first() or super()._create(model_class, *args, **kwargs)


class CaptureFactory(DjangoModelFactory):
    """A capture that was read; it has an outcome, so it is inserted whole and never changes."""

    class Meta:
        model = Capture

    source = SubFactory(SourceFactory)
    number = LazyAttribute(lambda made: Capture.objects.filter(source=made.source).count() + 1)
    obtained = "fetched"
    requested_by = LazyAttribute(maker)
    outcome = "ok"
    finished_at = LazyAttribute(lambda made: timezone.now())
    body = SubFactory(BlobFactory)
    media_type = "text/html"
    charset = "utf-8"
    final_address = LazyAttribute(lambda made: made.source.submitted_address)
    text = TEXT
    text_sha256 = LazyAttribute(lambda made: hashlib.sha256(made.text.encode()).hexdigest() if made.text else "")
    walker_version = 1
    title = LazyAttribute(lambda made: made.source.title)
    lang = "en"


def capture_under_way(**fields: Any) -> Capture:
    """An attempt that has not ended: no bytes, no text, no outcome."""
    empty = {"outcome": "", "finished_at": None, "body": None, "text": "", "walker_version": None, "title": ""}
    return CaptureFactory(**(empty | fields))


class ComparisonFactory(DjangoModelFactory):
    class Meta:
        model = CaptureComparison

    capture = SubFactory(CaptureFactory, obtained="pasted", requested_by=LazyFunction(analyst))
    note = "Word for word against the page."
    created_by = LazyAttribute(maker)


class CopyFactory(DjangoModelFactory):
    """``confirmed=True`` ties the two sources into one origin."""

    class Meta:
        model = Copy

    class Params:
        confirmed = factory.Trait(
            state="confirmed", decided_at=LazyAttribute(lambda made: timezone.now()), decided_by=SubFactory(UserFactory)
        )

    derived = SubFactory(SourceFactory)
    original = SubFactory(SourceFactory)
    kind = "reprint"
    created_by = LazyAttribute(maker)

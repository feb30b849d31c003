"""What came of rendering a page, and how a rendering can end. Imports no model, so models may import it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class RenderEnd(TextChoices):
    """How a rendering ended. Stored and never reused."""

    MADE = "made", _("Rendered")
    NO_PAGE = "no_page", _("Nothing to render")
    NOT_POSSIBLE = "not_possible", _("Not possible here")
    REFUSED = "refused", _("Not reached by the browser")
    TOO_LONG = "too_long", _("Took too long")
    TOO_LARGE = "too_large", _("Too large")
    BROKEN = "broken", _("Browser failed")

    @property
    def sentence(self) -> StrPromise:
        """What a person reads."""
        return SENTENCES[self]


SENTENCES: dict[RenderEnd, StrPromise] = {
    RenderEnd.MADE: _("A browser loaded the page once more, with its scripts, and this is what it showed."),
    RenderEnd.NO_PAGE: _("The visit brought no page that a browser could render. The capture itself stands as it is."),
    RenderEnd.NOT_POSSIBLE: _(
        "Pages cannot be rendered here: Chromium, an account of its own for it, or its sandbox is missing. "
        "The capture itself stands. Tell whoever runs this installation."
    ),
    RenderEnd.REFUSED: _("The browser could not reach the page. The capture itself stands."),
    RenderEnd.TOO_LONG: _("The page kept the browser busy for too long. The capture itself stands."),
    RenderEnd.TOO_LARGE: _("The page needed too much memory, or became too large. The capture itself stands."),
    RenderEnd.BROKEN: _("The browser failed at this page. The capture itself stands."),
}


class NotRendered(Exception):
    """The rendering ends here. `detail`: a few words for the record, not a sentence."""

    def __init__(self, end: RenderEnd, detail: str = "") -> None:
        super().__init__(end, detail)
        self.end = end
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Seen:
    """What a browser showed: its document as HTML (UTF-8), the whole page as PNG, and its own version."""

    page: bytes
    picture: bytes
    browser: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A rendering and its circumstances. `seen` only where `end` is MADE.

    `asked`: every host and port the browser asked for, each with `asked` (times), `connected` (address), `received`
    (bytes) and `refusal` (an Outcome code).
    """

    end: RenderEnd
    began_at: datetime
    ended_at: datetime
    detail: str = ""
    seen: Seen | None = field(default=None, repr=False)
    asked: dict[str, dict[str, Any]] = field(default_factory=dict)

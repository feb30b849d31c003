"""Links: this denial answers that allegation."""

from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from claims.actions.reexamination import incidents_of
from claims.actions.refusals import in_words
from claims.models import Link, Statement
from claims.models.link import Aspect, Basis, LinkType
from harmtracker import audit
from harmtracker.db import save_version
from harmtracker.errors import Refused
from harmtracker.models import User
from harmtracker.permissions import require


def link_statements(
    *,
    from_statement: Statement,
    to_statement: Statement,
    type: str,  # noqa: A002 - the field's own word
    by: User,
    aspect: str = Aspect.OCCURRENCE,
    basis: str = Basis.EXPLICIT,
    reason: str = "",
) -> Link:
    """Link two statements. Raises ``Refused`` with the rule that forbids it (domain: "Links between statements")."""
    require(by, "link.edit")
    if type not in LinkType.values or aspect not in Aspect.values or basis not in Basis.values:
        raise Refused(_("Choose how it answers, and on which point."), field="type")
    if basis == Basis.EDITORIAL and not reason.strip():
        raise Refused(_("An editorial link needs a reason: why do we tie the two?"), field="reason")
    if type == LinkType.CONTRADICTS and from_statement.pk > to_statement.pk:
        # Symmetric, so stored once with its ends in order.
        from_statement, to_statement = to_statement, from_statement
    with audit.recording(), in_words(field="type"):
        link = Link.objects.create(
            from_statement=from_statement,
            to_statement=to_statement,
            type=type,
            aspect=aspect,
            basis=basis,
            reason=reason.strip(),
            created_by=by,
        )
        audit.record(
            "link.added",
            subject=link,
            by=by,
            changes={"from": [None, from_statement.ref], type: [None, to_statement.ref], "aspect": [None, aspect]},
            reason=reason,
            about=[*incidents_of(from_statement), *incidents_of(to_statement)],
        )
    return link


def remove_link(*, link: Link, reason: str, by: User) -> None:
    """Take a link back; it stays in the history."""
    require(by, "link.edit")
    if not reason.strip():
        raise Refused(_("Say why the link is removed."), field="reason")
    with audit.recording():
        save_version(link, link.version, removed_at=Now(), removed_by=by, removed_reason=reason)
        audit.record(
            "link.withdrawn",
            subject=link,
            by=by,
            changes={"type": [link.type, None]},
            reason=reason,
            about=[*incidents_of(link.from_statement), *incidents_of(link.to_statement)],
        )

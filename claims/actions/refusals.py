"""The database's refusals in words for a person: one sentence for each named rule."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, transaction
from django.utils.translation import gettext_lazy as _

from harmtracker.db import rule_of
from harmtracker.errors import Refused

SENTENCES = {
    "link_not_to_itself": _("A statement is not linked to itself."),
    "link_once": _("These two are linked in this way already."),
    "link_editorial_has_reason": _("An editorial link needs a reason: why do we tie the two?"),
    "link_same_voice": _("Only the same party, or one acting for it on that date, corrects, retracts or supersedes."),
    "link_not_earlier": _("An earlier statement cannot correct, retract or supersede a later one."),
    "link_no_circle": _("This would close a circle: the target already leads back here."),
    "link_refutes_by_finding": _("Only a finding by a body refutes. A party's denial is not a refutation: use denies."),
    "link_corroborates_other_party": _("A party does not corroborate itself or whom it acts for."),
    "link_corroborates_other_origin": _("Both rest on the same origin; neither corroborates the other. Use repeats."),
    "link_shares_incident": _("The two share no incident. Tie them editorially, with a reason."),
    "link_contradicts_ordered": _("That two statements contradict each other is our view: editorial, with a reason."),
    "decision_stage_moved": _("The finding has moved since this was proposed. Propose again from where it stands now."),
    "decision_move_allowed": _("This finding cannot follow from where the record stands. Take it up first."),
    "decision_subject_unchanged": _("The record was changed after this was proposed. Look at it and propose again."),
    "decision_by_editor": _("An editor concludes or sends back. You can propose."),
    "decision_second_person": _(
        "Verified and refuted need a second person: whoever proposed it, or made or edited the statement, its words or "
        "the evidence, cannot approve it. Ask another editor."
    ),
    "decision_two_origins": _(
        "The evidence comes from fewer than two origins. Copies of one report are one origin, and a pasted or uploaded "
        "capture counts once a second person has compared it with the publication."
    ),
    "decision_accused_was_asked": _(
        "An accused party was never asked for its side. Log a comment request with its outcome, or why none was sought."
    ),
    "decision_withdraw_own": _("A proposal is withdrawn by who made it. An editor can send it back."),
    "decision_assessment_id_key": _("Somebody has decided on this proposal already."),
    "claims_decision_assessment_id_key": _("Somebody has decided on this proposal already."),
    "assessment_could_not_confirm_says_why": _(
        "Say what was tried, what would settle it, and give the wording for publication."
    ),
    "assessment_other_tried_in_words": _("Say in words what else was tried."),
    "assessment_has_reasons": _("Give the reasons."),
    "assessment_conclusion_has_confidence": _("Say how confident you are."),
    "assessment_verified_has_standard": _("Verified needs a declared standard of proof."),
    "release_by_editor": _("An editor releases."),
    "release_of_present_version": _("Someone changed the record meanwhile. Look at it again before you release it."),
    "release_approved": _("Only an approved record is released. Approve it first."),
    "release_not_held": _("Its marking or a flag stops release: RED, an embargo, sub judice or a legal hold."),
    "release_unassessed_confirmed": _('It is not assessed. Confirm that it goes out as "Not yet assessed".'),
    "release_quotes_exact": _("A quotation is not exact in the newest capture. Look at it before releasing."),
}  # fmt: skip


@contextmanager
def in_words(*, field: str | None = None) -> Iterator[None]:
    """Turn a refusal of the database into ``Refused`` with its sentence. Anything unknown is raised as it is."""
    try:
        with transaction.atomic():
            yield
    except DatabaseError as error:
        rule = rule_of(error)
        if rule not in SENTENCES:
            raise
        raise Refused(SENTENCES[rule], field=field, code=rule) from error

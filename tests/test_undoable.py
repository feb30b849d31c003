"""Undo for every act that destroys nothing: each act of a person has an inverse, or a reason why it has none.

An act is a public function of a module that writes and takes ``by`` by its name. A new one fails here until somebody
has said how it is undone.
"""

import importlib
import inspect
import pkgutil

import claims.actions
import claims.release
from claims import undoing, undoing_added, undoing_edits, undoing_findings, undoing_marks, undoing_merges
from harmtracker import undo
from sources import undoing as undoing_visits

WRITERS = [
    *(each.name for each in pkgutil.iter_modules(claims.actions.__path__, "claims.actions.")),
    *(each.name for each in pkgutil.iter_modules(claims.release.__path__, "claims.release.")),
    "claims.logbook", "harmtracker.drafts", "harmtracker.jobs", "harmtracker.people", "harmtracker.presence",
    "harmtracker.turns", "sources.bulk", "sources.catalogue", "sources.intake", "sources.operations", "sources.recheck",
]  # fmt: skip

EDITED, MADE = undoing_edits.edited, undoing_added.record_made
UNDONE_BY = {
    "alarm.answer_alarm": undoing.alarm_answered,
    "assessment.approve": undoing_findings.concluded,
    "assessment.conclude": undoing_findings.concluded,
    "assessment.propose": undoing_findings.finding_proposed,
    "assessment.take_up": undoing_findings.taken_up,
    "assignment.assign": undoing.assigned,
    "assignment.end_assignment": undoing.assignment_ended,
    "catalogue.decide_copy": undoing.copy_decided,
    "catalogue.describe_source": EDITED,
    "catalogue.set_visit_policy": undoing_visits.visits_set,
    "comment_request.add_outcome": undoing.outcome_added,
    "comment_request.edit_request": EDITED,
    "figure.add_figure": undoing_added.figure_added,
    "figure.add_table": undoing_added.table_added,
    "figure.withdraw_figure": undoing.withdrawn_figure,
    "following.follow": undoing.followed,
    "following.stop_following": undoing.followed,
    "incident.create_incident": MADE,
    "incident.edit_incident": EDITED,
    "link.link_statements": undoing.added_link,
    "link.remove_link": undoing.removed_link,
    "logbook.log_from_reader": MADE,
    "marking.change_marking": undoing_marks.marked,
    "media_item.create_media_item": MADE,
    "media_item.edit_media_item": EDITED,
    "merge_incident.merge_incident": undoing_merges.merged,
    "merge_party.merge_party": undoing_merges.merged,
    "merge_place.merge_place": undoing_merges.merged,
    "note.add_note": undoing_added.note_added,
    "note.withdraw_note": undoing.withdrawn_note,
    "party.add_party_name": undoing_added.name_added,
    "party.affiliate": undoing_added.tie_added,
    "party.create_party": MADE,
    "party.edit_party": EDITED,
    "party.put_back_tie": undoing_added.tie_added,
    "party.withdraw_tie": undoing.withdrawn_tie,
    "place.edit_place": EDITED,
    "put_back.put_back_figure": undoing_added.figure_added,
    "put_back.put_back_link": undoing.added_link,
    "put_back.put_back_note": undoing_added.note_added,
    "put_back.put_back_rendering": undoing_added.rendering_added,
    "recheck.watch_source": undoing_visits.watch_set,
    "remark.make_remark": undoing_added.remark_made,
    "review.take_turn": undoing.turn_taken,
    "set_aside.put_back": MADE,
    "set_aside.set_aside": undoing_edits.set_aside_undone,
    "statement.add_rendering": undoing_added.rendering_added,
    "statement.edit_statement": EDITED,
    "statement.log_statement": MADE,
    "statement.set_lifecycle": undoing.lifecycle_set,
    "statement.withdraw_rendering": undoing.withdrawn_rendering,
    "statement_incidents.add_incident": undoing.put_under_incident,
    "statement_incidents.remove_incident": undoing.taken_out_of_incident,
    "witness.create_witness": MADE,
    "witness.set_pseudonym": undoing_added.pseudonym_given,
    "workflow.move": undoing.step_taken,
}

NOT_UNDONE = {
    "is itself what undoes another act": [
        "alarm.reopen_alarm", "catalogue.reopen_copy", "comment_request.put_back_request",
        "comment_request.take_outcome_back", "party.remove_party_name",
        "separating.separate", "taking_back.put_down", "taking_back.take_back",
        "workflow.undo_step",
    ],
    "is only ever added to: what follows it is a further decision, proposal or outcome": [
        "assessment.send_back", "assessment.withdraw_proposal", "comment_request.log_request",
        "intake.record_comparison",
    ],
    "partners have read it, or it was taken from them: withdrawn, or released anew": [
        "make.release_incident", "make.release_statement", "make.withdraw_release",
    ],
    "was a visit, a request or a check that happened": [
        "intake.add_capture", "intake.capture_again", "intake.cite", "intake.hand_in_file", "intake.hand_in_link",
        "intake.hand_in_text", "bulk.hand_in_links", "operations.ask_for_check", "operations.capture_all_again",
        "operations.retry_all_given_up", "operations.retry_given_up", "jobs.release", "jobs.retry", "jobs.retry_all",
        "webhook.send_again", "webhook.send_test",
    ],
    "stands beside its opposite, one press away": [
        "review.give_back", "turns.pause_lane", "turns.resume_lane", "webhook.pause_endpoint",
        "webhook.resume_endpoint", "partner.set_partner_active", "people.set_person_active", "people.change_person",
        "catalogue.suggest_copy",
    ],
    "hands out or destroys a secret, an account or a team; nobody gets one back by a press": [
        "partner.create_partner", "partner.issue_token", "partner.revoke_token", "people.create_person",
        "people.create_team", "people.new_password",
    ],
    "touches nothing of the record": [
        "drafts.save_draft", "drafts.throw_away", "news.read_news", "presence.beat", "presence.leave", "review.skip",
        "remark.take_back",
    ],
    "is a step inside another act": [
        "following.carry_over", "jobs.enqueue", "merging.merging", "place.create_place",
        "reexamination.open_examination", "reexamination.reopen_after_change", "reexamination.step",
        "words.add_words",
    ],
}  # fmt: skip


def acts():
    """Module and name of every act, as ``figure.add_figure``."""
    for path in WRITERS:
        module = importlib.import_module(path)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            by = inspect.signature(function).parameters.get("by")
            is_own = function.__module__ == path and not name.startswith("_")
            if is_own and by is not None and by.kind is inspect.Parameter.KEYWORD_ONLY:
                yield f"{path.rpartition('.')[2]}.{name}"


def test_every_act_has_an_inverse_or_a_reason_why_not():
    without = [act for named in NOT_UNDONE.values() for act in named]
    assert sorted(acts()) == sorted([*UNDONE_BY, *without])


def test_every_inverse_undoes_an_act():
    assert set(undo._INVERSES.values()) == set(UNDONE_BY.values())

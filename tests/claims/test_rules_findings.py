"""How a finding comes about, tried by writing proposals and decisions straight into the tables."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.utils import timezone

from claims.models import Finding, OutsideNote, Rendering, Statement
from claims.models.findings import CONCLUSIONS, MOVES
from harmtracker import audit
from tests.factories import (
    AssessmentFactory,
    CaptureFactory,
    CommentRequestFactory,
    ComparisonFactory,
    CopyFactory,
    DecisionFactory,
    EvidenceFactory,
    IncidentFactory,
    MediaItemFactory,
    OutsideNoteFactory,
    RenderingFactory,
    StatementFactory,
    admin,
    analyst,
    approve_finding,
    editor,
    viewer,
)
from tests.refusals import refused_by, taken_back

NOW = datetime(2022, 4, 3, tzinfo=UTC)
pytestmark = pytest.mark.django_db
SUBJECTS = [StatementFactory, IncidentFactory, MediaItemFactory]


def _evidence(**fields):
    return EvidenceFactory(**({"statement": None} | fields))


BREAKS = [
    ("assessment_has_one_subject", lambda: AssessmentFactory(incident=IncidentFactory())),
    ("assessment_has_one_subject", lambda: AssessmentFactory(statement=None)),
    ("assessment_finding_known", lambda: AssessmentFactory(finding="true")),
    ("assessment_moves_from_known", lambda: AssessmentFactory(moves_from="false")),
    ("assessment_aspect_known", lambda: AssessmentFactory(aspect="mood")),
    ("assessment_standard_of_proof_known", lambda: AssessmentFactory(standard_of_proof="sure")),
    ("assessment_tried_known", lambda: AssessmentFactory(tried=["no_access", "prayer"])),
    ("assessment_has_reasons", lambda: AssessmentFactory(reasons="")),
    *[
        ("assessment_conclusion_has_confidence", lambda code=code: AssessmentFactory(finding=code, confidence=""))
        for code in sorted(CONCLUSIONS)
    ],
    ("assessment_conclusion_has_confidence", lambda: AssessmentFactory(finding="refuted", confidence="total")),
    *[
        (
            "assessment_could_not_confirm_says_why",
            lambda gap=gap: AssessmentFactory(finding="could_not_confirm", **{gap: [] if gap == "tried" else ""}),
        )
        for gap in ("public_wording", "would_settle", "tried")
    ],
    ("assessment_other_tried_in_words", lambda: AssessmentFactory(tried=["other"])),
    ("assessment_verified_has_standard", lambda: AssessmentFactory(finding="verified", standard_of_proof="none")),
    ("assessment_authenticity_of_media", lambda: AssessmentFactory(media_authenticity="staged")),
    ("evidence_direction_known", lambda: EvidenceFactory(direction="sideways")),
    ("evidence_is_one_thing", _evidence),
    ("evidence_is_one_thing", lambda: EvidenceFactory(note=OutsideNoteFactory())),
    ("evidence_is_one_thing", lambda: _evidence(rendering=RenderingFactory(), media_item=MediaItemFactory())),
    ("decision_kind_known", lambda: DecisionFactory(kind="shrug", reason="x")),
    *[
        ("decision_refusal_has_reason", lambda kind=kind: DecisionFactory(kind=kind, **_by_its_proposer()))
        for kind in ("send_back", "lapse", "withdraw")
    ],
    ("claims_decision_assessment_id_key", lambda: DecisionFactory(assessment=_decided())),
]


def _by_its_proposer():
    person = editor()
    return {"assessment": AssessmentFactory(proposed_by=person), "decided_by": person}


def _decided():
    proposal = AssessmentFactory()
    DecisionFactory(assessment=proposal, kind="send_back", reason="thin")
    return proposal


@pytest.mark.parametrize(("rule", "attempt"), BREAKS, ids=[f"{rule}-{n}" for n, (rule, _) in enumerate(BREAKS)])
def test_the_table_refuses(rule, attempt):
    with refused_by(rule):
        attempt()


# --- Moves.


@pytest.mark.parametrize("stage", Finding.values)
def test_sql_and_python_agree_on_every_move(stage):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT finding FROM unnest(%s::text[]) finding WHERE claims_move_allowed(%s, finding)",
            [Finding.values, stage],
        )
        assert {row[0] for row in cursor.fetchall()} == set(MOVES[stage])


def test_sql_and_python_agree_on_what_a_conclusion_is():
    with connection.cursor() as cursor:
        cursor.execute("SELECT f FROM unnest(%s::text[]) f WHERE claims_is_conclusion(f)", [Finding.values])
        assert {row[0] for row in cursor.fetchall()} == set(CONCLUSIONS)


def _at(stage):
    """A statement that names nobody, led to that stage."""
    subject = StatementFactory(accused=[])
    if stage == "withdrawn":
        approve_finding(subject, "corroborated")
    if stage != "unverified":
        approve_finding(subject, stage)
    return subject


@pytest.mark.parametrize("stage", Finding.values)
def test_a_move_that_is_not_in_the_table_is_refused(stage):
    subject = _at(stage)
    for finding in sorted(set(Finding.values) - MOVES[stage]):
        proposal = AssessmentFactory(subject=subject, finding=finding)
        with refused_by("decision_move_allowed"):
            DecisionFactory(assessment=proposal)


@pytest.mark.parametrize("make", SUBJECTS)
def test_a_decision_counts_only_from_the_stage_it_was_proposed_from(make):
    subject = make()
    first, second = (AssessmentFactory(subject=subject) for _ in range(2))
    DecisionFactory(assessment=first)
    with refused_by("decision_stage_moved"):
        DecisionFactory(assessment=second)


@pytest.mark.parametrize("make", SUBJECTS)
def test_a_proposal_on_an_earlier_version_is_refused(make):
    subject = make()
    proposal = AssessmentFactory(subject=subject)
    type(subject).objects.filter(pk=subject.pk).update(version=2)
    with refused_by("decision_subject_unchanged"):
        DecisionFactory(assessment=proposal)


@pytest.mark.parametrize("make", SUBJECTS)
def test_the_subject_follows_its_decisions(make):
    subject = make()

    def standing():
        return subject.finding, subject.stage, subject.standing_id

    approve_finding(subject, "in_progress")
    assert standing() == ("in_progress", "in_progress", None)
    approve_finding(subject, "unverified")
    assert standing() == ("unverified", "unverified", None)
    conclusion = approve_finding(subject, "corroborated")
    assert standing() == ("corroborated", "corroborated", conclusion.pk)
    approve_finding(subject, "in_progress", reasons="a second video")
    assert standing() == ("corroborated", "in_progress", conclusion.pk)
    assert subject.is_under_review
    assert subject.under_review_reason == "a second video"
    approve_finding(subject, "unverified")  # given up: the conclusion stands as before
    assert standing() == ("corroborated", "corroborated", conclusion.pk)
    assert (subject.is_under_review, subject.under_review_reason) == (False, "")
    approve_finding(subject, "withdrawn")
    assert standing() == ("withdrawn", "withdrawn", None)
    assert approve_finding(subject, "contradicted").pk == subject.standing_id


def test_a_finding_on_another_aspect_moves_no_column_but_has_moves_of_its_own():
    subject = IncidentFactory()
    approve_finding(subject, "corroborated")
    first = AssessmentFactory(subject=subject, aspect="responsibility", moves_from="unverified")
    DecisionFactory(assessment=first)
    subject.refresh_from_db()
    assert (subject.finding, subject.stage) == ("corroborated", "corroborated")
    again = AssessmentFactory(subject=subject, aspect="responsibility", moves_from="unverified")
    with refused_by("decision_stage_moved"):
        DecisionFactory(assessment=again)
    DecisionFactory(
        assessment=AssessmentFactory(
            subject=subject, aspect="responsibility", moves_from="in_progress", finding="contradicted"
        )
    )
    other = AssessmentFactory(subject=subject, aspect="victims", moves_from="unverified")
    DecisionFactory(assessment=other)


@pytest.mark.parametrize("kind", ["send_back", "lapse", "withdraw"])
def test_a_refused_proposal_moves_nothing(kind):
    person = editor()
    proposal = AssessmentFactory(proposed_by=person)
    DecisionFactory(assessment=proposal, kind=kind, reason="thin", decided_by=person)
    proposal.statement.refresh_from_db()
    assert proposal.statement.stage == "unverified"


# --- Who decides.


@pytest.mark.parametrize("finding", sorted(CONCLUSIONS | {"withdrawn"}))
def test_only_an_editor_who_still_works_here_concludes(finding):
    subject = _at("corroborated" if finding == "withdrawn" else "in_progress")
    proposal = AssessmentFactory(subject=subject, finding=finding)
    for who in (analyst(), viewer(), admin(), editor(is_active=False)):
        with refused_by("decision_by_editor"):
            DecisionFactory(assessment=proposal, decided_by=who)


@pytest.mark.parametrize("who", [viewer, admin])
def test_analysts_begin_work_and_others_do_not(who):
    proposal = AssessmentFactory()
    with refused_by("decision_by_editor"):
        DecisionFactory(assessment=proposal, decided_by=who())
    DecisionFactory(assessment=proposal, decided_by=analyst())


@pytest.mark.parametrize(
    ("kind", "who"),
    [("send_back", analyst), ("send_back", viewer), ("lapse", viewer), ("lapse", admin), ("withdraw", viewer)],
)
def test_who_may_not_decide_against_a_proposal(kind, who):
    person = who()
    with refused_by("decision_by_editor"):
        DecisionFactory(assessment=AssessmentFactory(proposed_by=person), kind=kind, reason="x", decided_by=person)


def test_a_proposal_is_withdrawn_by_who_made_it():
    proposal = AssessmentFactory()
    with refused_by("decision_withdraw_own"):
        DecisionFactory(assessment=proposal, kind="withdraw", reason="x")
    DecisionFactory(assessment=proposal, kind="withdraw", reason="x", decided_by=proposal.proposed_by)


CARRIES = {"corroborated": "for", "verified": "for", "refuted": "against"}
WEIGHTY = ("verified", "refuted")


def _proposal(finding="verified", subject=None, cited=None, **fields):
    """A proposal that only lacks what a test takes away."""
    subject = subject or _at("in_progress")
    proposal = AssessmentFactory(subject=subject, finding=finding, **fields)
    for statement in [StatementFactory(kind="testimony") for _ in range(2)] if cited is None else cited:
        EvidenceFactory(assessment=proposal, statement=statement)
    return proposal


def test_an_editor_may_conclude_alone_what_is_not_weighty():
    person = editor()
    DecisionFactory(assessment=_proposal("corroborated", proposed_by=person), decided_by=person)


class TestTheSecondPerson:
    def weighty(self, subject=None, **fields):
        """A proposal of each weighty finding on one record, with the same evidence; each is taken back afterwards."""
        subject = subject or _at("in_progress")
        cited = [StatementFactory(kind="testimony") for _ in range(2)]
        for finding in WEIGHTY:
            with taken_back():
                yield _proposal(finding, subject, cited, **fields)

    def refuse(self, proposal, person):
        with refused_by("decision_second_person"):
            DecisionFactory(assessment=proposal, decided_by=person)
        DecisionFactory(assessment=proposal)  # somebody else can

    def test_did_not_propose_it(self):
        person = editor()
        for proposal in self.weighty(proposed_by=person):
            self.refuse(proposal, person)

    @pytest.mark.parametrize("make", SUBJECTS)
    def test_did_not_create_the_subject(self, make):
        person = editor()
        subject = make(created_by=person)
        approve_finding(subject, "in_progress")
        for party in [row.party for row in getattr(subject, "accuses", Statement.objects.none()).all()]:
            CommentRequestFactory(
                party=party, incident=subject.incidents.get(), state="not_sought", not_sought_reason="x"
            )
        for proposal in self.weighty(subject):
            self.refuse(proposal, person)

    def test_did_not_add_its_words(self):
        subject, person = _at("in_progress"), editor()
        RenderingFactory(statement=subject, created_by=person)
        for proposal in self.weighty(subject):
            self.refuse(proposal, person)

    @pytest.mark.parametrize("cite", [
        lambda by: {"rendering": RenderingFactory(created_by=by)},
        lambda by: {"statement": StatementFactory(created_by=by)},
        lambda by: {"statement": RenderingFactory(created_by=by).statement},
        lambda by: {"media_item": MediaItemFactory(created_by=by)},
        lambda by: {"note": OutsideNoteFactory(created_by=by)},
    ], ids=["rendering", "statement", "words of a statement", "media item", "note"])  # fmt: skip
    def test_did_not_make_the_evidence(self, cite):
        person = editor()
        cited = cite(person)
        for proposal in self.weighty():
            _evidence(assessment=proposal, direction="context", **cited)
            self.refuse(proposal, person)

    @pytest.mark.parametrize("of", ["subject", "rendering", "evidence"])
    def test_did_not_edit_them_ever(self, of):
        person = editor()
        for proposal in self.weighty():
            thing = {
                "subject": proposal.statement,
                "rendering": proposal.statement.renderings.first(),
                "evidence": proposal.evidence.first().statement,
            }[of]
            for verb in ("created", "edited", "added", "withdrawn", "restored", "put_back"):
                with taken_back():
                    with audit.recording():
                        audit.record(f"thing.{verb}", subject=thing, by=person)
                    self.refuse(proposal, person)

    def test_may_have_read_and_submitted_it(self):
        person = editor()
        for proposal in self.weighty():
            with audit.recording():
                audit.record("statement.approved", subject=proposal.statement, by=person)
            DecisionFactory(assessment=proposal, decided_by=person)

    @pytest.mark.parametrize("finding", WEIGHTY)
    def test_is_needed_for_the_withdrawal_too(self, finding):
        subject, person = _at(finding), editor()
        proposal = AssessmentFactory(subject=subject, finding="withdrawn", proposed_by=person)
        self.refuse(proposal, person)


# --- Two origins.


class TestTwoOrigins:
    def refused(self, evidence, direction="the one that carries it"):
        """A proposal of each finding that needs two, refused for this evidence; each is taken back afterwards."""
        subject = _at("in_progress")
        for finding, carries in CARRIES.items():
            other = "for" if carries == "against" else "against"
            with taken_back():
                proposal = _proposal(finding, subject, cited=[])
                for cited in evidence:
                    shown = {"context": "context", "the other": other}.get(direction, carries)
                    _evidence(assessment=proposal, direction=shown, **cited)
                with refused_by("decision_two_origins"):
                    DecisionFactory(assessment=proposal)
                yield proposal

    def refuse(self, *arguments):
        assert len(list(self.refused(*arguments))) == len(CARRIES)

    def two(self):
        return [{"rendering": RenderingFactory()}, {"statement": StatementFactory()}]

    def test_none_or_one_are_too_few(self):
        self.refuse([])
        self.refuse(self.two()[:1])

    def test_one_source_cited_twice_is_one(self):
        capture = CaptureFactory()
        self.refuse([{"rendering": RenderingFactory(capture=capture)} for _ in range(2)])

    def test_a_copy_is_no_origin_of_its_own(self):
        first, second = RenderingFactory(), RenderingFactory()
        CopyFactory(derived=second.source, original=first.source, confirmed=True)
        self.refuse([{"rendering": first}, {"rendering": second}])

    @pytest.mark.parametrize("direction", ["context", "the other"])
    def test_evidence_that_does_not_carry_the_finding_does_not_count(self, direction):
        self.refuse(self.two(), direction)

    def test_withdrawn_words_and_notes_do_not_count(self):
        rendering, note = RenderingFactory(), OutsideNoteFactory()
        gone = {"withdrawn_at": timezone.now(), "withdrawn_by": analyst(), "withdrawn_reason": "misread"}
        Rendering.objects.filter(pk=rendering.pk).update(**gone)
        OutsideNote.objects.filter(pk=note.pk).update(**gone)
        self.refuse([{"rendering": rendering}, {"note": note}, self.two()[0]])

    @pytest.mark.parametrize("obtained", ["pasted", "uploaded"])
    def test_what_was_handed_in_counts_once_a_second_person_compared_it(self, obtained):
        handed_in = CaptureFactory(obtained=obtained)
        for proposal in self.refused([{"rendering": RenderingFactory(capture=handed_in)}, self.two()[0]]):
            ComparisonFactory(capture=handed_in)
            DecisionFactory(assessment=proposal)

    def test_a_photo_of_a_file_nobody_compared_counts_no_more_than_the_file(self):
        handed_in = CaptureFactory(obtained="uploaded")
        photo = MediaItemFactory(source=handed_in.source)
        for proposal in self.refused([{"media_item": photo}, self.two()[0]]):
            ComparisonFactory(capture=handed_in)
            DecisionFactory(assessment=proposal)

    def test_two_are_enough_whatever_they_are(self):
        one, *others = {"note": OutsideNoteFactory()}, {"media_item": MediaItemFactory()}, *self.two()
        for second in others:
            for proposal in self.refused([one]):
                _evidence(assessment=proposal, direction=CARRIES[proposal.finding], **second)
                DecisionFactory(assessment=proposal)

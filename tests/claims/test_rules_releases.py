"""Nothing reaches partners but by an editor's release of a record that may go out, tried by SQL."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from claims.models import (
    Change,
    Dump,
    DumpSegment,
    Incident,
    PublishedRecord,
    ReadyDocument,
    Release,
    ReleasedDocument,
    ReleaseWithdrawal,
    Statement,
)
from harmtracker.identity import new_id
from sources.models import Blob
from tests.factories import (
    CaptureFactory,
    IncidentFactory,
    QuoteCheckFactory,
    ReleaseFactory,
    RenderingFactory,
    StatementFactory,
    admin,
    analyst,
    approve_finding,
    editor,
    publish,
    viewer,
)
from tests.refusals import refused_by

pytestmark = pytest.mark.django_db
SUBJECTS = [IncidentFactory, StatementFactory]


def _withdrawal(**fields):
    release = ReleaseFactory()
    return ReleaseWithdrawal.objects.create(
        **({"release": release, "code": "error", "reason": "wrong", "withdrawn_by": editor()} | fields)
    )


def _document(**fields):
    row = {
        "release": fields.get("release") or ReleaseFactory(), "record_type": "incident", "ceiling": "GREEN",
        "scope": "base", "document": {},
    }  # fmt: skip
    row |= fields
    return ReleasedDocument.objects.create(record_id=row["release"].incident_id, **row)


def _published(**fields):
    record = publish(IncidentFactory(workflow="approved"))
    PublishedRecord.objects.filter(pk=record.pk).update(**fields)


def _change(**fields):
    """A trigger writes these; by hand it can only be tried with what the trigger never writes."""
    row = {"seq": 1, "record_id": new_id(), "record_type": "incident", "at": timezone.now()} | fields
    return Change.objects.create(**row)


def _released(make):
    subject = make(workflow="approved")
    ReleaseFactory(subject=subject)
    return subject


def _segment(**fields):
    blob, _made = Blob.objects.get_or_create(sha256="0" * 64, defaults={"size": 1})
    given = {"record_type": "incident", "first": uuid.UUID(int=1), "last": uuid.UUID(int=2), "count": 2, "seq": 1}
    given |= {"content": "incidents", "ready_at": timezone.now()}
    dump = fields.pop("dump", None) or Dump.objects.create(ceiling="AMBER", seq=1)
    return DumpSegment.objects.create(dump=dump, blob=blob, **(given | fields))


def _ready(**fields):
    return ReadyDocument.objects.create(
        **({"eyes": "amber", "record_type": "incident", "record_id": new_id(), "seq": 1} | fields)
    )


BREAKS = [
    ("release_has_one_subject", lambda: ReleaseFactory(statement=_released(StatementFactory))),
    ("release_withdrawal_code_known", lambda: _withdrawal(code="mood")),
    ("release_withdrawal_has_reason", lambda: _withdrawal(reason="")),
    ("claims_releasewithdrawal_release_id_key", lambda: _withdrawal(release=_withdrawal().release)),
    ("released_document_record_type_known", lambda: _document(record_type="rumour")),
    ("released_document_scope_known", lambda: _document(scope="all")),
    ("released_document_never_red", lambda: _document(ceiling="RED")),
    ("released_document_once", lambda: _document(release=_document().release)),
    ("published_record_record_type_known", lambda: _published(record_type="rumour")),
    ("change_record_type_known", lambda: _change(record_type="rumour")),
    ("ready_document_record_type_known", lambda: _ready(record_type="rumour")),
    ("claims_readydocument_pkey", lambda: (_ready(record_id=(key := new_id())), _ready(record_id=key))),
    ("dump_ceiling_known", lambda: Dump.objects.create(ceiling="PINK", seq=1)),
    ("dump_never_red", lambda: Dump.objects.create(ceiling="RED", seq=1)),
    ("dump_segment_record_type_known", lambda: _segment(record_type="rumour")),
    ("dump_segment_scope_known", lambda: _segment(scope="all")),
    ("dump_segment_format_known", lambda: _segment(format="scroll")),
    ("dump_segment_emptied_when_retired", lambda: _segment(emptied_at=timezone.now())),
    ("dump_segment_in_order", lambda: _segment(first=uuid.UUID(int=2), last=uuid.UUID(int=1))),
    ("dump_segment_once", lambda: _segment(dump=_segment().dump)),
    ("published_record_tlp_known", lambda: _published(tlp="PINK")),
]


@pytest.mark.parametrize(("rule", "attempt"), BREAKS, ids=[f"{rule}-{n}" for n, (rule, _) in enumerate(BREAKS)])
def test_the_table_refuses(rule, attempt):
    with refused_by(rule):
        attempt()


def _approved(make, **fields):
    return make(workflow="approved", **fields)


@pytest.mark.parametrize("make", SUBJECTS)
class TestARelease:
    def refuse(self, rule, subject, **fields):
        with refused_by(rule):
            ReleaseFactory(subject=subject, **fields)

    def test_of_an_approved_record_by_an_editor_goes_out(self, make):
        assert ReleaseFactory(subject=_approved(make)).pk

    @pytest.mark.parametrize("who", [viewer, analyst, admin, lambda: editor(is_active=False)])
    def test_is_made_by_an_editor_who_still_works_here(self, make, who):
        self.refuse("release_by_editor", _approved(make), released_by=who())

    @pytest.mark.parametrize("version", [0, 2])
    def test_is_of_the_present_version(self, make, version):
        self.refuse("release_of_present_version", _approved(make), version=version)

    @pytest.mark.parametrize("workflow", ["draft", "in_review", "changes_requested", "set_aside"])
    def test_is_of_an_approved_record(self, make, workflow):
        self.refuse("release_approved", make(workflow=workflow))

    @pytest.mark.parametrize(
        "marking",
        [
            {"tlp": "RED"},
            {"handling": ["sub_judice"]},
            {"handling": ["graphic", "legal_hold"]},
            {"handling": ["embargo"], "embargo_until": timezone.now() + timedelta(days=1)},
        ],
        ids=["red", "sub judice", "legal hold", "embargo"],
    )
    def test_is_stopped_by_the_marking(self, make, marking):
        self.refuse("release_not_held", _approved(make, **marking))

    def test_is_not_stopped_by_other_markings_or_an_embargo_that_is_over(self, make):
        past = timezone.now() - timedelta(minutes=1)
        flags = ["embargo", "graphic", "victim_identity"]
        assert ReleaseFactory(subject=_approved(make, tlp="AMBER_STRICT", handling=flags, embargo_until=past)).pk

    @pytest.mark.parametrize("finding", ["unverified", "in_progress"])
    def test_of_what_is_not_assessed_needs_that_sentence_confirmed(self, make, finding):
        subject = _approved(make)
        if finding != "unverified":
            approve_finding(subject, finding)
        self.refuse("release_unassessed_confirmed", subject, confirmed_unassessed=False)

    def test_of_what_is_assessed_does_not_even_under_review(self, make):
        subject = _approved(make)
        approve_finding(subject, "could_not_confirm")
        approve_finding(subject, "in_progress")
        assert ReleaseFactory(subject=subject, confirmed_unassessed=False).pk

    def test_cannot_slip_through_in_bulk(self, make):
        good, bad = _approved(make), make()
        field = make._meta.model._meta.model_name
        rows = [
            Release(**{field: each}, version=1, digest="0" * 64, confirmed_unassessed=True, released_by=editor())
            for each in (good, bad)
        ]
        with refused_by("release_quotes_exact" if make is StatementFactory else "release_approved"):
            Release.objects.bulk_create(rows)
        assert not Release.objects.exists()


def test_a_removed_statement_does_not_go_out():
    statement = _approved(StatementFactory)
    Statement.objects.filter(pk=statement.pk).update(
        lifecycle="removed", lifecycle_at=timezone.now(), lifecycle_by=editor(), lifecycle_reason="a court"
    )
    with refused_by("release_of_present_version"):
        ReleaseFactory(subject=statement)


class TestQuotations:
    def statement(self, **checks):
        statement = _approved(StatementFactory)
        if checks:
            QuoteCheckFactory(rendering=statement.renderings.get(), **checks)
        return statement

    def release(self, statement):
        return Release.objects.create(
            statement=statement, version=1, digest="0" * 64, confirmed_unassessed=True, released_by=editor()
        )

    def refuse(self, statement):
        with refused_by("release_quotes_exact"):
            self.release(statement)

    def test_have_to_be_checked(self):
        self.refuse(self.statement())

    @pytest.mark.parametrize("outcome", ["format_only", "edited", "moved", "missing", "ambiguous", "unchecked"])
    def test_have_to_be_exact(self, outcome):
        self.refuse(self.statement(outcome=outcome))

    def test_have_to_be_exact_in_the_newest_capture(self):
        statement = self.statement(outcome="exact")
        rendering = statement.renderings.get()
        newer = CaptureFactory(source=rendering.source)
        QuoteCheckFactory(rendering=rendering, capture=newer, outcome="missing")
        self.refuse(statement)
        QuoteCheckFactory(rendering=rendering, capture=CaptureFactory(source=rendering.source))
        assert self.release(statement).pk

    def test_all_of_them_but_not_those_withdrawn(self):
        statement = self.statement(outcome="exact")
        second = RenderingFactory(statement=statement, fidelity="translation", translator="publisher")
        self.refuse(statement)
        type(second).objects.filter(pk=second.pk).update(
            withdrawn_at=timezone.now(), withdrawn_by=editor(), withdrawn_reason="misread"
        )
        assert self.release(statement).pk

    def _looked_for_in_a_copy(self, statement, outcome):
        """A check in a capture of another source, with a higher number than any of the statement's own."""
        elsewhere = CaptureFactory(number=50)
        QuoteCheckFactory(rendering=statement.renderings.get(), capture=elsewhere, outcome=outcome)

    def test_words_damaged_in_a_copy_go_out_all_the_same(self):
        statement = self.statement(outcome="exact")
        self._looked_for_in_a_copy(statement, "edited")
        assert self.release(statement).pk

    def test_words_that_stand_in_a_copy_only_do_not_go_out(self):
        statement = self.statement(outcome="edited")
        self._looked_for_in_a_copy(statement, "exact")
        with refused_by("release_quotes_exact"):
            self.release(statement)

    def test_a_paraphrase_is_no_quotation(self):
        statement = self.statement(outcome="exact")
        RenderingFactory(statement=statement, fidelity="paraphrase", text="They told.", quoted=False)
        assert self.release(statement).pk


def test_editing_a_released_record_changes_no_release():
    release = ReleaseFactory()
    Incident.objects.filter(pk=release.incident_id).update(title="Other", version=2, workflow="draft")
    release.refresh_from_db()
    assert release.version == 1

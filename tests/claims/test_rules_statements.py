"""What must stay true of places, incidents, statements, words, figures, notes and requests, tried by SQL."""

from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.db.models import F

from claims.models import Accusation, Figure, Incident, OutsideNote, Place, PlaceName, Rendering, Statement
from claims.models import StatementIncident as About
from tests.factories import (
    WORDS,
    CaptureFactory,
    CommentRequestFactory,
    FigureFactory,
    IncidentFactory,
    MediaItemFactory,
    OutsideNoteFactory,
    PartnerFactory,
    PartnerTokenFactory,
    PartyFactory,
    PlaceFactory,
    QuoteCheckFactory,
    RenderingFactory,
    RequestEventFactory,
    StatementFactory,
    analyst,
)
from tests.refusals import refused_by, refused_with

NOW = datetime(2022, 4, 3, tzinfo=UTC)
LATER = datetime(2022, 4, 4, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def _twice(make, *same):
    first = make()
    make(**{name: getattr(first, name) for name in same})


def _own_merge(make, model):
    model.objects.filter(pk=make().pk).update(merged_into=F("id"))


def _named_twice():
    place = PlaceFactory()
    PlaceName.objects.create(place=place, text=place.name, folded="x")


def _words_of_ours(**fields):
    """Our own translation of a rendering, which has no selector and no source."""
    first = StatementFactory().renderings.get()
    ours = {
        "statement": first.statement, "translates": first, "lang": "uk", "text": "Тіла лежали на вулицях Бучі.",
        "fidelity": "translation", "translator": "tracker_human", "capture": None, "quoted": False,
    }  # fmt: skip
    return RenderingFactory(**(ours | fields))


def _told(**fields):
    """A paraphrase."""
    return RenderingFactory(**({"fidelity": "paraphrase", "text": "They told of bodies.", "quoted": False} | fields))


def _repeated(model):
    statement = StatementFactory()
    row = (statement.about if model is About else statement.accuses).get()
    row.pk = None
    row._state.adding = True
    row.id = model._meta.pk.default()
    row.save()


def _roughly(name):
    """A date whose precision is no known code."""
    return {name: "2022-04-03", f"{name}_start": NOW, f"{name}_end": LATER, f"{name}_precision": "roughly"}


def _dated(make, name):
    """Every way in which a date can contradict its bounds."""
    empty = {name: "", f"{name}_start": None, f"{name}_end": None, f"{name}_precision": "unknown"}
    full = {name: "2022-04-03", f"{name}_start": NOW, f"{name}_end": LATER, f"{name}_precision": "day"}
    wrong = [
        full | {f"{name}_start": LATER, f"{name}_end": NOW},
        full | {f"{name}_start": None, f"{name}_end": None},
        full | {f"{name}_start": None},
        full | {f"{name}_end": None},
        full | {f"{name}_precision": "unknown"},
        full | {name: ""},
        empty | {f"{name}_start": NOW},
        empty | {f"{name}_end": NOW},
        empty | {f"{name}_precision": "year"},
    ]
    return [lambda fields=fields: make(**fields) for fields in wrong]


BREAKS = [
    ("place_precision_known", lambda: PlaceFactory(precision="somewhere")),
    ("place_has_name", lambda: PlaceFactory(name="")),
    *[("place_point_on_earth", lambda p=p: PlaceFactory(latitude=p[0], longitude=p[1]))
      for p in [(91, 0), (-91, 0), (0, 181), (0, -181), (50, None), (None, 30)]],
    ("place_not_own_merge", lambda: _own_merge(PlaceFactory, Place)),
    ("place_name_once", _named_twice),
    ("claims_place_ref_key", lambda: _twice(PlaceFactory, "ref")),
    ("incident_occurred_precision_known", lambda: IncidentFactory(occurred_precision="roughly")),
    *[("incident_occurred_bounds", attempt) for attempt in _dated(IncidentFactory, "occurred")],
    ("incident_place_precision_known", lambda: IncidentFactory(place_precision="somewhere")),
    ("incident_means_known", lambda: IncidentFactory(means="magic")),
    ("incident_workflow_known", lambda: IncidentFactory(workflow="published")),
    ("incident_harm_known", lambda: IncidentFactory(harm=["killing", "insult"])),
    ("incident_has_title", lambda: IncidentFactory(title="")),
    *[("incident_point_on_earth", lambda p=p: IncidentFactory(latitude=p[0], longitude=p[1]))
      for p in [(91, 0), (0, 181), (50, None), (None, 30)]],
    ("incident_not_own_merge", lambda: _own_merge(IncidentFactory, Incident)),
    ("claims_incident_ref_key", lambda: _twice(IncidentFactory, "ref")),
    ("media_item_kind_known", lambda: MediaItemFactory(kind="drawing")),
    ("media_item_workflow_known", lambda: MediaItemFactory(workflow="published")),
    ("media_item_described", lambda: MediaItemFactory(description="")),
    ("claims_mediaitem_ref_key", lambda: _twice(MediaItemFactory, "ref")),
    ("statement_said_precision_known", lambda: StatementFactory(said_precision="roughly")),
    *[("statement_said_bounds", attempt) for attempt in _dated(StatementFactory, "said")],
    ("statement_kind_known", lambda: StatementFactory(kind="rumour")),
    ("statement_spoken_as_known", lambda: StatementFactory(spoken_as="king")),
    ("statement_how_known_known", lambda: StatementFactory(how_known="telepathy")),
    ("statement_checkability_known", lambda: StatementFactory(checkability="maybe")),
    ("statement_workflow_known", lambda: StatementFactory(workflow="published")),
    ("statement_lifecycle_known",
     lambda: StatementFactory(lifecycle="old", lifecycle_at=NOW, lifecycle_by=analyst(), lifecycle_reason="x")),
    ("statement_position_known", lambda: StatementFactory(responsibility_position="guilty")),
    *[("statement_answer_has_position", lambda kind=kind: StatementFactory(kind=kind, responsibility_position=None))
      for kind in ("denial", "acknowledgement", "justification")],
    ("statement_authenticity_names_media", lambda: StatementFactory(kind="authenticity_claim", media_item=None)),
    ("statement_allegation_was_asked", lambda: StatementFactory(names_nobody=None, accused=[])),
    *[("statement_lifecycle_has_reason", lambda fields=fields: StatementFactory(**fields))
      for fields in [
          {"lifecycle": "removed"},
          {"lifecycle": "removed", "lifecycle_at": NOW, "lifecycle_reason": "a court"},
          {"lifecycle_at": NOW},
      ]],
    ("claims_statement_ref_key", lambda: _twice(StatementFactory, "ref")),
    ("statement_incident_once", lambda: _repeated(About)),
    ("accusation_once", lambda: _repeated(Accusation)),
    ("statement_has_rendering", lambda: StatementFactory(words=None)),
    ("statement_has_incident", lambda: StatementFactory(incident=None)),
    ("statement_allegation_accuses", lambda: StatementFactory(accused=[], names_nobody=False)),
    ("statement_allegation_accuses", lambda: StatementFactory(accused=[PartyFactory()], names_nobody=True)),
    ("rendering_fidelity_known", lambda: _told(fidelity="hearsay")),
    ("rendering_has_words", lambda: _told(text="")),
    ("rendering_has_language", lambda: _told(lang="")),
    ("rendering_translation_has_translator", lambda: _told(translator="publisher")),
    ("rendering_translation_has_translator", lambda: _told(fidelity="translation")),
    ("rendering_translation_has_translator", lambda: _told(fidelity="translation", translator="a friend")),
    ("rendering_quotation_is_captured", lambda: RenderingFactory(quoted=False)),
    ("rendering_quotation_is_captured", lambda: RenderingFactory(text="Bodies lay in Bucha.", exact=WORDS)),
    ("rendering_quotation_is_captured",
     lambda: RenderingFactory(fidelity="translation", translator="publisher", text="Bodies.", exact=WORDS)),
    ("rendering_quotation_is_captured", lambda: _told(fidelity="translation", translator="speaker")),
    ("rendering_selector_whole", lambda: _told(end=5)),
    ("rendering_selector_whole", lambda: _told(end=5, exact="Bodie", text_sha256="0" * 64)),
    ("rendering_selector_whole", lambda: _told(exact="Bodies")),
    ("rendering_selector_whole", lambda: _told(text_sha256="0" * 64)),
    ("rendering_own_translation_names_original",
     lambda: _words_of_ours(translates=None, source=CaptureFactory().source)),
    ("rendering_own_translation_names_original",
     lambda: _words_of_ours(capture=CaptureFactory(), text=WORDS, quoted=True)),
    ("rendering_own_translation_names_original", lambda: _words_of_ours(translator="tracker_machine", translates=None,
                                                                        source=CaptureFactory().source)),
    ("rendering_has_source", lambda: _told(capture=None)),
    *[("rendering_paraphrase_not_quoted", lambda text=text: _told(text=text))
      for text in ('"They lay there."', "«Вони лежали там»", " “They lay there” ", "„Sie lagen da“", "'There.'")],
    ("rendering_paraphrase_not_quoted", lambda: _told(text='"They lay there."', fidelity="summary")),
    *[("rendering_withdrawn_with_reason", lambda fields=fields: _told(**fields))
      for fields in [{"withdrawn_at": NOW}, {"withdrawn_reason": "x"}, {"withdrawn_at": NOW, "withdrawn_reason": "x"}]],
    ("rendering_translates_same_statement",
     lambda: _words_of_ours(translates=StatementFactory().renderings.get())),
    ("quote_check_outcome_known", lambda: QuoteCheckFactory(outcome="fine")),
    ("quote_check_once", lambda: _twice(QuoteCheckFactory, "rendering", "capture")),
    ("note_aspect_known", lambda: OutsideNoteFactory(aspect="mood")),
    ("note_has_words", lambda: OutsideNoteFactory(wording="", start=5, end=5)),
    *[("note_withdrawn_with_reason", lambda fields=fields: OutsideNoteFactory(**fields))
      for fields in [{"withdrawn_at": NOW}, {"withdrawn_reason": "x"}, {"withdrawn_at": NOW, "withdrawn_reason": "x"}]],
    ("claims_outsidenote_ref_key", lambda: _twice(OutsideNoteFactory, "ref")),
    ("figure_as_of_precision_known", lambda: FigureFactory(**_roughly("as_of"))),
    *[("figure_as_of_bounds", attempt) for attempt in _dated(FigureFactory, "as_of")],
    ("figure_outcome_known", lambda: FigureFactory(outcome="sad")),
    ("figure_population_known", lambda: FigureFactory(population="others")),
    ("figure_demographic_known", lambda: FigureFactory(demographic="everyone")),
    ("figure_count_kind_known", lambda: FigureFactory(count_kind="guess")),
    ("figure_lb", lambda: FigureFactory(least=20, best=19)),
    ("figure_bm", lambda: FigureFactory(least=None, best=20, most=19)),
    ("figure_lm", lambda: FigureFactory(least=20, most=19)),
    ("claims_figure_least_check", lambda: FigureFactory(least=-1)),
    ("claims_figure_best_check", lambda: FigureFactory(least=None, best=-1)),
    ("claims_figure_most_check", lambda: FigureFactory(least=None, most=-1)),
    ("figure_says_something", lambda: FigureFactory(least=None, words="")),
    ("figure_other_area_named", lambda: FigureFactory(is_incident_area=False)),
    *[("figure_withdrawn_with_reason", lambda fields=fields: FigureFactory(**fields))
      for fields in [{"withdrawn_at": NOW}, {"withdrawn_reason": "x"}, {"withdrawn_at": NOW, "withdrawn_reason": "x"}]],
    ("comment_request_asked_precision_known", lambda: CommentRequestFactory(**_roughly("asked"))),
    *[("comment_request_asked_bounds", attempt) for attempt in _dated(CommentRequestFactory, "asked")],
    ("comment_request_state_known", lambda: CommentRequestFactory(state="lost")),
    ("comment_request_not_sought_has_reason", lambda: CommentRequestFactory(state="not_sought")),
    ("comment_request_not_sought_has_reason", lambda: CommentRequestFactory(not_sought_reason="x")),
    ("claims_commentrequest_ref_key", lambda: _twice(CommentRequestFactory, "ref")),
    ("comment_request_event_outcome_known", lambda: RequestEventFactory(outcome="shrugged")),
    ("partner_never_red", lambda: PartnerFactory(ceiling="RED")),
    ("partner_ceiling_known", lambda: PartnerFactory(ceiling="ULTRA")),
    ("claims_partner_name_key", lambda: _twice(PartnerFactory, "name")),
    ("partner_token_never_red", lambda: PartnerTokenFactory(ceiling="RED")),
    ("partner_token_revoked_by_someone", lambda: PartnerTokenFactory(revoked_at=NOW)),
    ("partner_token_revoked_by_someone", lambda: PartnerTokenFactory(revoked_by=analyst())),
    ("partner_token_expires_later", lambda: PartnerTokenFactory(expires_at=NOW)),
    ("claims_partnertoken_public_id_key", lambda: _twice(PartnerTokenFactory, "public_id")),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "attempt"), BREAKS, ids=[f"{rule}-{n}" for n, (rule, _) in enumerate(BREAKS)])
def test_the_table_refuses(rule, attempt):
    with refused_by(rule):
        attempt()


# --- At commit: a statement stays whole.


def test_the_last_incident_of_a_statement_cannot_be_taken_away():
    statement = StatementFactory(incidents=[IncidentFactory()])
    first, second = statement.about.all()
    first.delete()
    with refused_by("statement_has_incident"):
        second.delete()


def test_moving_an_incident_to_another_statement_leaves_none_without():
    poor, rich = StatementFactory(), StatementFactory()
    with refused_by("statement_has_incident"):
        poor.about.update(statement=rich)


def test_an_allegation_keeps_accusing_someone():
    poor, rich = StatementFactory(), StatementFactory()
    with refused_by("statement_allegation_accuses"):
        poor.accuses.all().delete()
    with refused_by("statement_allegation_accuses"):
        poor.accuses.update(statement=rich)
    with refused_by("statement_allegation_accuses"):
        Statement.objects.filter(pk=poor.pk).update(names_nobody=True)
    with transaction.atomic():  # both at once are fine
        Statement.objects.filter(pk=poor.pk).update(names_nobody=True)
        poor.accuses.all().delete()
    with refused_by("statement_allegation_accuses"):
        Accusation.objects.create(statement=poor, party=PartyFactory())


def test_a_statement_that_becomes_an_allegation_has_to_accuse():
    statement = StatementFactory(kind="announcement")
    with refused_by("statement_allegation_accuses"):
        Statement.objects.filter(pk=statement.pk).update(kind="allegation", names_nobody=False)


# --- Words stand where they are said to stand.


@pytest.mark.parametrize("make", [RenderingFactory, OutsideNoteFactory])
@pytest.mark.parametrize(
    "shift", [{"start": 1}, {"end": 5}, {"start": 1, "end": 36}, {"end": 9_000}, {"text_sha256": "0" * 64}], ids=str
)
def test_words_that_do_not_stand_there_are_refused(make, shift):
    field = "text" if make is RenderingFactory else "wording"
    with refused_by("span_words_are_captured"):
        make(**({field: WORDS} | shift))


@pytest.mark.parametrize("make", [RenderingFactory, OutsideNoteFactory])
def test_words_come_from_a_capture_of_the_named_source(make):
    with refused_by("span_capture_of_source"):
        make(source=CaptureFactory().source)


def test_a_paraphrase_without_a_passage_names_a_capture_of_its_source_too():
    with refused_by("span_capture_of_source"):
        _told(source=CaptureFactory().source)


@pytest.mark.parametrize("make", [RenderingFactory, OutsideNoteFactory])
@pytest.mark.parametrize(
    ("hidden", "is_refused"),
    [((0, 5), True), ((34, 60), True), ((10, 12), True), ((35, 60), False), ((0, 0), False)],
    ids=str,
)
def test_words_no_reader_saw_are_refused(make, hidden, is_refused):
    capture = CaptureFactory(flags=[{"start": hidden[0], "end": hidden[1], "flag": "hidden"}])
    field = "text" if make is RenderingFactory else "wording"
    if not is_refused:
        assert make(capture=capture, **{field: WORDS}).end == 35
        return
    with refused_by("span_not_hidden"):
        make(capture=capture, **{field: WORDS})


def test_offsets_are_code_points_not_bytes_or_utf16():
    rendering = RenderingFactory(text="Nobody answered.")
    assert rendering.start == rendering.capture.text.index("Nobody")
    assert rendering.capture.text[: rendering.start].encode("utf-16-le").__len__() // 2 == rendering.start + 1


@pytest.mark.parametrize(
    "change",
    [{"text": "x"}, {"lang": "uk"}, {"fidelity": "paraphrase"}, {"start": 1}, {"exact": "x"}, {"prefix": "x"},
     {"statement": StatementFactory}, {"created_by": analyst}, {"created_at": NOW}, {"source": None}],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_the_words_of_a_rendering_never_change(change):
    rendering = StatementFactory().renderings.get()
    change = {name: value() if callable(value) else value for name, value in change.items()}
    with refused_with("the words of a rendering never change"):
        Rendering.objects.filter(pk=rendering.pk).update(**change)


@pytest.mark.parametrize("change", [{"wording": "x"}, {"start": 1}, {"end": 5}, {"capture": CaptureFactory}], ids=str)
def test_the_words_of_a_note_never_change(change):
    note = OutsideNoteFactory()
    change = {name: value() if callable(value) else value for name, value in change.items()}
    with refused_with("the words of a note never change"):
        OutsideNote.objects.filter(pk=note.pk).update(**change)


@pytest.mark.parametrize(
    ("make", "model"), [(RenderingFactory, Rendering), (FigureFactory, Figure), (OutsideNoteFactory, OutsideNote)]
)
def test_what_is_withdrawn_stays_and_can_be_restored(make, model):
    rows = model.objects.filter(pk=make().pk)
    assert rows.update(withdrawn_at=NOW, withdrawn_by=analyst(), withdrawn_reason="misread") == 1
    assert rows.update(withdrawn_at=None, withdrawn_by=None, withdrawn_reason="") == 1

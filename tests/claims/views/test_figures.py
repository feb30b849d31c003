"""Adding a number somebody gave."""

import itertools
from datetime import UTC, datetime

import pytest

from claims.models import Figure
from tests.factories import FigureFactory, IncidentFactory, StatementFactory, TeamFactory, analyst, viewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident():
    return IncidentFactory()


@pytest.fixture
def statement(incident):
    return StatementFactory(kind="casualty_figure", incident=incident)


@pytest.fixture
def writer(client):
    user = analyst()
    client.force_login(user)
    return user


def add(client, incident, statement, **given):
    kept = {
        "statement": statement.ref, "outcome": "killed", "population": "civilian", "demographic": "total",
        "count_kind": "incident",
    }  # fmt: skip
    return client.post(f"/incidents/{incident.ref}/figures/new/", kept | given)


def test_at_least_twenty_is_a_least_number_and_nothing_else(client, writer, incident, statement):
    added = add(client, incident, statement, least="20", words="at least 20", as_of="2022-04-02")

    figure = Figure.objects.get()
    assert added.url == f"/incidents/{incident.ref}/#figures"
    assert (figure.least, figure.best, figure.most, figure.created_by) == (20, None, None, writer)


def test_zero_is_kept_as_zero(client, writer, incident, statement):
    add(client, incident, statement, best="0")

    assert (Figure.objects.get().best, Figure.objects.get().least) == (0, None)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "Give a number, or the words in which it was given."),
        ({"least": "300", "best": "20"}, "The least comes first"),
        ({"best": "-1"}, "greater than or equal to 0"),
        ({"best": "many"}, "Enter a whole number."),
        ({"best": "99999999999"}, "less than or equal to"),
        ({"best": "3", "is_other_area": "on"}, "Name the area that was counted."),
        ({"best": "3", "as_of": "yesterday"}, "Write a date as"),
    ],
)
def test_a_number_that_cannot_be_kept_is_refused_in_words(client, writer, incident, statement, given, words):
    refused = add(client, incident, statement, words="" if not given else "typed with care", **given)

    assert refused.status_code == 422
    assert words in refused.content.decode()
    assert not given or "typed with care" in refused.content.decode()
    assert not Figure.objects.exists()


def test_only_statements_about_this_incident_that_one_sees_can_give_it(client, writer, incident):
    hidden = StatementFactory(incident=incident, team=TeamFactory())

    for other in (hidden, StatementFactory()):
        assert add(client, incident, other, best="3").status_code == 422
    assert not Figure.objects.exists()


def test_who_may_not(client, incident, statement):
    client.force_login(viewer())
    assert add(client, incident, statement, best="3").status_code == 403
    client.force_login(analyst())
    assert add(client, IncidentFactory(team=TeamFactory()), statement, best="3").status_code == 404


def test_the_statement_one_came_from_is_chosen(client, writer, incident, statement):
    shown = client.get(f"/incidents/{incident.ref}/figures/new/?statement={statement.ref}").content.decode()

    assert f'<option value="{statement.ref}" selected>' in shown


# ---- Words are read, and what was read is shown before it is kept


def test_what_is_read_in_words_is_shown_first_and_kept_when_it_was_seen(client, writer, incident, statement):
    shown = add(client, incident, statement, words="не менее 20")
    form = shown.context["form"]
    kept_before = Figure.objects.count()

    kept = add(client, incident, statement, words="не менее 20", least=form["least"].value(), read_as="не менее 20")

    assert (shown.status_code, kept_before) == (200, 0)
    assert "Not kept yet." in shown.content.decode()
    assert "at least 20" in shown.content.decode()
    assert (form["least"].value(), form["best"].value(), form["most"].value()) == ("20", "", "")
    assert kept.status_code == 302
    figure = Figure.objects.get()
    assert (figure.words, figure.least, figure.best, figure.most) == ("не менее 20", 20, None, None)


def test_the_person_may_correct_what_was_read(client, writer, incident, statement):
    add(client, incident, statement, words="about 300", best="310", read_as="about 300")

    assert Figure.objects.get().best == 310


def test_numbers_that_differ_from_their_words_are_asked_about_once(client, writer, incident, statement):
    asked = add(client, incident, statement, words="at least 20", least="30")

    assert not Figure.objects.exists()
    assert "The numbers beneath are others" in asked.content.decode()
    assert asked.context["form"]["least"].value() == "30"


def test_words_without_a_clear_number_are_kept_without_one(client, writer, incident, statement):
    shown = add(client, incident, statement, words="dozens")
    add(client, incident, statement, words="dozens", read_as="dozens")

    figure = Figure.objects.get()
    assert "No number can be read from these words with certainty" in shown.content.decode()
    assert (figure.words, figure.least, figure.best, figure.most) == ("dozens", None, None, None)


def test_other_words_bring_other_numbers_unless_the_person_wrote_some(client, writer, incident, statement):
    address = f"/incidents/{incident.ref}/figures/new/"
    live = {"HX-Request": "true", "HX-Target": "reading"}
    longer = client.post(address, {"words": "at least 200", "least": "20", "read_as": "at least 20"}, headers=live)
    own = client.post(address, {"words": "at least 200", "least": "21", "read_as": "at least 20"}, headers=live)

    assert 'name="least" value="200"' in longer.content.decode()
    assert 'name="least" value="21"' in own.content.decode()
    assert b"<html" not in longer.content
    assert not Figure.objects.exists()


# ---- One reporter's table by sex and age

# OHCHR's update of 13 April 2022 on Ukraine (as of 12 April): it gives men, women, boys, girls, children whose sex is
# not yet known, and adults whose sex is not yet known. Its numbers are cumulative: of no one incident.
PARTS = ("men", "women", "boys", "girls", "children_sex_unknown", "adults_sex_unknown", "total")
OHCHR = {
    "killed": (507, 319, 34, 55, 72, 977, 1_964),
    "injured": (304, 222, 53, 55, 144, 1_835, 2_613),
}


def table(**changed):
    cells = {f"{outcome}-{part}": str(number) for outcome, row in OHCHR.items()
             for part, number in zip(PARTS, row, strict=True)}  # fmt: skip
    return cells | {"population": "civilian", "as_of": "2022-04-13", "count_kind": "cumulative",
                    "is_other_area": "on", "area": "Ukraine"} | changed  # fmt: skip


def enter(client, incident, statement, cells):
    """Press twice: the first shows what the cells hold and add up to, the second keeps it."""
    address = f"/incidents/{incident.ref}/figures/table/"
    shown = client.post(address, {"statement": statement.ref} | cells)
    assert not Figure.objects.exists()
    kept = client.post(address, {"statement": statement.ref, "looked": shown.context["form"].seal} | cells)
    return shown.content.decode(), kept


def test_the_split_of_13_april_2022_is_entered_at_once_and_adds_up(client, writer, incident, statement):
    shown, kept = enter(client, incident, statement, table())
    page = client.get(kept.url)

    assert kept.status_code == 302
    assert "Rows sum to 1,964, total given as 1,964." in shown
    assert "Rows sum to 2,613, total given as 2,613." in shown
    assert "They differ" not in shown
    for outcome, numbers in OHCHR.items():
        held = dict(Figure.objects.filter(outcome=outcome).values_list("demographic", "best"))
        assert held == dict(zip(PARTS, numbers, strict=True))
    assert set(Figure.objects.values_list("count_kind", "area", "population")) == {
        ("cumulative", "Ukraine", "civilian")
    }
    assert page.content.decode().count("Rows sum to") == 2
    assert page.context["read"].ranges == []


def test_rows_that_do_not_make_up_the_total_are_said_and_no_sum_is_kept(client, writer, incident, statement):
    shown, _kept = enter(client, incident, statement, table(**{"killed-men": "508", "injured-total": ""}))

    assert "Rows sum to 1,965, total given as 1,964." in shown
    assert "They differ" in shown
    assert "Rows sum to 2,613, no total is given." in shown
    assert Figure.objects.count() == 13
    assert not Figure.objects.filter(best__in=[1_965, 2_613]).exists()


def test_cells_may_hold_words(client, writer, incident, statement):
    cells = {"population": "unknown", "count_kind": "incident", "as_of": "",
             "killed-men": "at least 20", "killed-women": "dozens", "killed-total": "200"}  # fmt: skip
    shown, _kept = enter(client, incident, statement, cells)

    held = {row[0]: row[1:] for row in Figure.objects.values_list("demographic", "words", "least", "best")}
    assert held == {"men": ("at least 20", 20, None), "women": ("dozens", None, None), "total": ("", None, 200)}
    assert "Rows sum to at least 20, total given as 200." in shown
    assert "no number can be read with certainty: kept in words" in shown


def test_a_cell_changed_after_looking_is_shown_again(client, writer, incident, statement):
    address = f"/incidents/{incident.ref}/figures/table/"
    shown = client.post(address, {"statement": statement.ref} | table())
    sent = {"statement": statement.ref, "looked": shown.context["form"].seal} | table(**{"killed-men": "50"})

    assert client.post(address, sent).status_code == 200
    assert (
        client.post(
            address, {"statement": statement.ref, "population": "unknown", "count_kind": "incident"}
        ).status_code
        == 422
    )
    assert not Figure.objects.exists()


# ---- The page of figures


def test_the_page_names_who_gave_floor_and_ceiling_and_draws_what_is_open_as_open(client, incident):
    client.force_login(viewer())
    incident = IncidentFactory(tlp="GREEN", workflow="approved")
    open_tlp = {"incident": incident, "tlp": "GREEN", "workflow": "approved"}
    low = FigureFactory(statement=StatementFactory(party__name="Town council", **open_tlp))
    high = FigureFactory(statement=StatementFactory(party__name="Prosecutor", **open_tlp),
                         least=None, best=300, words="300")  # fmt: skip
    FigureFactory(statement=StatementFactory(incident=incident, team=TeamFactory()), least=None, best=9_999, words="")

    page = client.get(f"/incidents/{incident.ref}/figures/")
    text = page.content.decode()
    [chart] = page.context["read"].charts
    marks = {mark.counted.figure.pk: mark for mark in chart.marks}

    floor, ceiling = text.split("<dt>Ceiling</dt>")
    assert low.statement.ref in floor.split("<dt>Floor</dt>")[1]
    assert high.statement.ref in ceiling.split("</dd>")[0]
    assert (marks[low.pk].high, marks[low.pk].is_point) == (None, False)
    assert marks[high.pk].is_point
    assert "20+" in text
    assert "9,999" not in text


def test_labels_of_figures_that_stand_close_cover_each_other_on_no_page(client, incident):
    client.force_login(analyst())
    for day in range(1, 13):
        as_of = {"as_of": f"2022-04-{day:02}", "as_of_start": datetime(2022, 4, day, tzinfo=UTC),
                 "as_of_end": datetime(2022, 4, day + 1, tzinfo=UTC), "as_of_precision": "day"}  # fmt: skip
        FigureFactory(statement=StatementFactory(incident=incident), best=1_000, least=None, words="", **as_of)

    [chart] = client.get(f"/incidents/{incident.ref}/figures/").context["read"].charts
    shown = [mark for mark in chart.marks if mark.label_y is not None]
    assert {mark.label for mark in shown} == {"1,000"}
    assert shown[0].label_y == shown[0].tip
    assert all(18 <= mark.label_y <= mark.tip for mark in shown if mark.label_y != mark.tip)
    for one, other in itertools.combinations(shown, 2):
        far = abs((one.at - other.at) * 2.8 + one.shift - other.shift) >= 5 * 7
        assert far or abs(one.label_y - other.label_y) >= 14


def test_a_withheld_reporter_shares_no_letter_with_one_who_is_shown(client, incident):
    client.force_login(analyst())
    open_one = StatementFactory(incident=incident)
    hidden = StatementFactory(incident=incident, party=open_one.party, handling=["witness_identity"])
    for statement in (open_one, hidden):
        FigureFactory(statement=statement)

    [chart] = client.get(f"/incidents/{incident.ref}/figures/").context["read"].charts
    assert sorted(mark.letter for mark in chart.marks) == ["A", "B"]

"""Quotations are looked for again in later captures and in copies, each once; the captured words never move."""

import pytest
from django.urls import reverse

from claims.models import QuoteCheck, Rendering
from claims.quote_checks import check_across, check_quotations
from tests.factories import (
    TEXT,
    WORDS,
    CaptureFactory,
    CopyFactory,
    QuoteCheckFactory,
    RenderingFactory,
    SourceFactory,
    StatementFactory,
    analyst,
    capture_under_way,
    span,
)

pytestmark = pytest.mark.django_db
DENIAL = "Жоден місцевий житель не постраждав"


def quoted(words=WORDS, **fields):
    return StatementFactory(words=words, **fields).renderings.get()


def later(rendering, text=TEXT, **fields):
    return CaptureFactory(source=rendering.source, text=text, **fields)


def test_a_later_capture_is_searched_for_every_quotation_of_its_source():
    first = quoted()
    second = quoted(DENIAL, kind="denial", capture=first.capture)
    other = quoted()
    checks = check_quotations(later(first, TEXT.replace("не постраждав", "постраждав")))
    assert {(check.rendering, check.outcome) for check in checks} == {(first, "exact"), (second, "edited")}
    assert not other.checks.exists()
    [operation] = second.checks.get().operations
    assert (operation["class"], operation["before"], operation["after"]) == ("negation", "не", "")


def test_each_is_looked_for_once_in_a_capture():
    rendering = quoted()
    capture = later(rendering)
    assert len(check_quotations(capture)) == 1
    assert check_quotations(capture) == []
    assert rendering.checks.count() == 1


def test_nothing_is_anchored_anew_by_it():
    rendering = quoted()
    before = Rendering.objects.filter(pk=rendering.pk).values().get()
    check_quotations(later(rendering, "A longer first line. " + TEXT.replace("Bucha", "Bhutan")))
    assert Rendering.objects.filter(pk=rendering.pk).values().get() == before


@pytest.mark.parametrize("outcome", ["http.404", "verdict.paywall"])
def test_a_capture_without_text_says_nothing_on_quotations(outcome):
    rendering = quoted()
    unreadable = later(rendering, "", outcome=outcome, walker_version=None)
    assert check_quotations(unreadable) == []
    assert check_quotations(capture_under_way(source=rendering.source)) == []
    assert not rendering.checks.exists()


def test_withdrawn_words_and_words_of_ours_are_not_looked_for(client_of):
    rendering = quoted()
    more = RenderingFactory(statement=rendering.statement, capture=rendering.capture, text=DENIAL)
    client_of(analyst()).post(reverse("rendering-withdraw", args=[more.pk]), {"reason": "Misread"})
    RenderingFactory(statement=rendering.statement, capture=rendering.capture, text="they lay there", quoted=False,
                     fidelity="paraphrase")  # fmt: skip
    assert [check.rendering for check in check_quotations(later(rendering))] == [rendering]


@pytest.mark.parametrize(("state", "is_checked"), [("confirmed", True), ("suggested", False), ("dismissed", False)])
@pytest.mark.parametrize("is_original", [True, False])
def test_a_capture_is_searched_for_what_was_quoted_from_a_copy_of_it_too(state, is_checked, is_original):
    rendering, other = quoted(), SourceFactory()
    ends = {"original": rendering.source, "derived": other}
    if not is_original:
        ends = {"original": other, "derived": rendering.source}
    extra = {"decided_reason": "other words"} if state == "dismissed" else {}
    CopyFactory(**ends, **({"confirmed": True} if is_checked else {"state": "suggested"}), **extra)
    checks = check_quotations(CaptureFactory(source=other, text=TEXT.replace("Bucha", "Bhutan")))
    assert [(check.rendering, check.outcome) for check in checks] == ([(rendering, "edited")] if is_checked else [])


def test_confirming_a_copy_has_the_captures_there_are_searched_both_ways():
    here = quoted()
    there = quoted(capture=CaptureFactory(text=TEXT.replace("Bucha", "Bhutan")), words=WORDS.replace("Bucha", "Bhutan"))
    newer = later(there, "Nothing of it is left on the page.")
    copy = CopyFactory(original=here.source, derived=there.source, confirmed=True)
    checks = check_across(copy)
    assert {(check.rendering, check.capture, check.outcome) for check in checks} == {
        (here, there.capture, "edited"), (here, newer, "missing"), (there, here.capture, "edited"),
    }  # fmt: skip
    assert check_across(copy) == []
    assert check_across(CopyFactory(original=here.source)) == []


def test_a_check_in_a_copy_is_not_the_state_of_the_words_in_their_own_source(client_of):
    rendering = quoted()
    QuoteCheckFactory(rendering=rendering)
    copy = SourceFactory(title="The copied report")
    CopyFactory(original=rendering.source, derived=copy, confirmed=True)
    for _earlier in range(2):
        CaptureFactory(source=copy, text="")
    check_quotations(CaptureFactory(source=copy, text=TEXT.replace("Bucha", "Bhutan")))
    page = client_of(analyst()).get(rendering.statement.get_absolute_url())
    [words] = page.context["voice"].words
    assert (words.check, words.check_capture) == ("exact", 1)
    assert "Words changed in capture 3" in page.content.decode()


def attributed(text=TEXT):
    capture = CaptureFactory(text=text)
    statement = StatementFactory(kind="denial", words=None, capture=capture)
    about = {f"attribution_{name}": value for name, value in span(capture, "the ministry said").items()}
    about.pop("attribution_text_sha256")
    return RenderingFactory(
        statement=statement, capture=capture, text=DENIAL, attribution_exact="the ministry said", **about
    )


def test_the_attribution_is_looked_for_with_its_quotation():
    rendering = attributed()
    [check] = check_quotations(later(rendering))
    assert (check.outcome, check.attribution_outcome) == ("exact", "exact")
    [check] = check_quotations(later(rendering, TEXT.replace("the ministry said", "the ministry claimed")))
    assert (check.outcome, check.attribution_outcome) == ("exact", "edited")
    assert [each["class"] for each in check.attribution_operations] == ["attribution"]


def test_a_quotation_without_an_attribution_has_no_outcome_for_it():
    check_quotations(later(quoted()))
    assert QuoteCheck.objects.get().attribution_outcome == ""

"""Looking for quotations again in texts that changed: whatever turns their meaning round is red, whatever its score."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.quote_check import QuoteOutcome, Searched, check, check_attribution
from sources.quote_edits import EditClass, operations, pieces
from sources.quotes import select, selector_at

RED = {EditClass.NEGATION, EditClass.NUMBER, EditClass.NAME}
# language -> (quotation, the words that deny in it)
DENIALS = {
    "en": ("The troops did not fire on the people who were leaving the town", ["not "]),
    "en, short form": ("The troops didn't fire on the people who were leaving the town", ["n't"]),
    "uk": ("Наші військові не стріляли по людях, які виходили з міста", ["не "]),
    "ru": ("Наши военные не стреляли по людям, которые выходили из города", ["не "]),
    "de": ("Unsere Soldaten haben nicht auf Menschen geschossen, die gingen", ["nicht "]),
    "fr": ("Nos soldats ne tirent pas sur les gens qui quittent la ville", ["ne ", "pas "]),
    "fr, elided": ("Nos soldats n'ont pas tiré sur les gens de la ville", ["n'", "pas "]),
}
NUMBERS = [
    ("twenty", "thirty"), ("20", "200"), ("452", "425"), ("1,200", "1,300"), ("3.5", "35"), ("March 30", "April 30"),
    ("двадцять", "тридцять"), ("двадцати", "тридцати"), ("березня", "квітня"), ("zwanzig", "dreißig"),
    ("einundzwanzig", "zweiundzwanzig"), ("vingt", "trente"), ("quatre-vingt", "vingt"), ("Sunday", "Monday"),
    ("20 %", "20"), ("-5", "5"), ("$20", "20"), ("№ 5", "№ 6"), ("two", "three"), ("п'ять", "шість"),
    ("hundreds", "thousands"), ("½", "¼"),
]  # fmt: skip
PLAIN = ("the", "town", "was", "quiet", "that", "week", "and", "people", "spoke", "of", "bread", "water", "light")
FILLER = st.lists(st.sampled_from(PLAIN), min_size=3, max_size=30).map(lambda words: " ".join(words).capitalize() + ".")


def quoted(words: str, before: str = "An official spoke that day. He told reporters: “", after: str = "”, and left."):
    text = before + words + after
    return text, selector_at(text, len(before), len(before) + len(words))


def classes(found):
    return {operation.edit for operation in found.operations}


@pytest.mark.parametrize("language", DENIALS)
@given(before=FILLER, after=FILLER, elsewhere=FILLER)
@settings(max_examples=25, deadline=None)
def test_a_denial_that_lost_its_not_is_red_wherever_it_stands(language, before, after, elsewhere):
    words, denials = DENIALS[language]
    _text, selector = quoted(words)
    now = words
    for denial in denials:
        now = now.replace(denial, "", 1)
    for text in (quoted(now)[0], f"{before} {now} {after}", f"{elsewhere} An official spoke. {now}. {before}"):
        found = check(selector, text)
        assert found.outcome == QuoteOutcome.EDITED
        assert EditClass.NEGATION in classes(found)
    # ... and the other way round: a denial made of what was none
    found = check(quoted(now)[1], f"{before} {words} {after}")
    assert found.outcome == QuoteOutcome.EDITED
    assert EditClass.NEGATION in classes(found)


@pytest.mark.parametrize(("then", "now"), NUMBERS)
@pytest.mark.parametrize("frame", ["They found {} bodies in the cellar of the house", "In the cellar they found {}"])
@given(before=FILLER, after=FILLER)
@settings(max_examples=5, deadline=None)
def test_a_number_that_changed_is_red(then, now, frame, before, after):
    _text, selector = quoted(frame.format(then))
    for text in (quoted(frame.format(now))[0], f"{before} {frame.format(now)} {after}"):
        found = check(selector, text)
        assert found.outcome == QuoteOutcome.EDITED, found
        assert EditClass.NUMBER in classes(found)


@pytest.mark.parametrize(
    ("then", "now"),
    [("20", "200"), ("20", "20,000"), ("20", "20 000"), ("20", "20.5"), ("20", "20 %"), ("suffer", "suffered")],
)
def test_words_that_go_on_are_not_the_words(then, now):
    _text, selector = quoted(f"They say that in all they counted {then}", "He said it. ", ".")
    assert check(selector, f"Other news. They say that in all they counted {now}.").outcome == QuoteOutcome.EDITED


@pytest.mark.parametrize(
    ("then", "now"),
    [("Bucha", "Bhutan"), ("Буча", "Бутан"), ("Zelensky", "Putin"), ("Irpin", "Bucha"), ("Mariupol", "the city")],
)
def test_a_name_that_changed_is_red(then, now):
    frame = "What happened to civilians in {} is known to the whole world"
    found = check(quoted(frame.format(then))[1], f"Some say so. {frame.format(now)}, he added.")
    assert found.outcome == QuoteOutcome.EDITED
    assert EditClass.NAME in classes(found)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_no_change_of_words_is_ever_silent(data):
    """Whatever word is taken out, put in or replaced: it is not called exact, and the difference is named."""
    words = data.draw(st.sampled_from([words for words, _denials in DENIALS.values()])).split()
    _text, selector = quoted(" ".join(words))
    place = data.draw(st.integers(0, len(words) - 1))
    new = data.draw(st.sampled_from(["", "Odesa", "never", "400", "reportedly", "горіх"]))
    changed = [*words[:place], *([new] if new else []), *words[place + data.draw(st.integers(0, 1)) :]]
    if changed == words:
        return
    found = check(selector, quoted(" ".join(changed))[0])
    if place in (0, len(words)) and " ".join(changed).endswith(" ".join(words)):
        return  # the words themselves still stand; what was put before them is not quoted
    assert found.outcome in (QuoteOutcome.EDITED, QuoteOutcome.MISSING)
    assert found.operations or found.outcome == QuoteOutcome.MISSING


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_dress_alone_is_no_edit(data):
    """Capital letters, quotation marks, white space, unseen characters and composed letters."""
    words, _denials = data.draw(st.sampled_from(list(DENIALS.values())))
    _text, selector = quoted(words)
    dress = data.draw(
        st.sampled_from(
            [str.upper, str.title, lambda w: w.replace(" ", "\u00a0"), lambda w: w.replace(" ", " \n "),
             lambda w: w[:5] + "\u00ad" + w[5:], lambda w: w.replace("'", "’"), str.lower]
        )
    )  # fmt: skip
    found = check(selector, f"Elsewhere it was put so: {dress(words)}. That was all.")
    assert found.outcome in (QuoteOutcome.FORMAT_ONLY, QuoteOutcome.MOVED)
    assert found.operations == []


def test_a_negation_put_beside_the_words_is_red():
    text = "The minister spoke. Our men entered the yard and shot people. He left."
    selector = select(text, "shot people")
    found = check(selector, text.replace("and shot", "and never shot"))
    assert (found.outcome, classes(found)) == (QuoteOutcome.EDITED, {EditClass.NEGATION})
    denied = text.replace("and shot", "and not shot")
    assert classes(check(select(denied, "shot people"), text)) == {EditClass.NEGATION}


def test_a_negation_in_another_clause_beside_the_words_is_none_of_theirs():
    text = "The minister spoke. Our men entered the yard and shot people. He left."
    assert check(select(text, "shot people"), "He did not, he said. “shot people” it was.").operations == []


def test_words_that_only_unseen_text_still_holds_are_missing():
    text, selector = quoted("Nobody in the town was hurt by our soldiers in any way")
    hidden = [{"start": selector.start, "end": selector.end, "flag": "hidden"}]
    assert check(selector, Searched(text, hidden)).outcome == QuoteOutcome.MISSING
    assert check(selector, Searched(text)).outcome == QuoteOutcome.EXACT


def test_two_places_equally_like_the_words_are_both_offered_and_red_stays_red():
    _text, selector = quoted("Our soldiers did not fire on the people of the town")
    changed = "our soldiers did fire on the people of the town"
    now = f"Headline: {changed}. Later: {changed}!"
    found = check(selector, now)
    assert found.outcome == QuoteOutcome.AMBIGUOUS
    assert len(found.candidates) == 2
    assert classes(found) == {EditClass.NEGATION}


@pytest.mark.parametrize(
    ("before", "after", "edit"),
    [
        ("людей убили", "людей якобы убили", EditClass.HEDGE),
        ("un civil est mort", "un civil serait mort", EditClass.HEDGE),
        ("he said it was so", "he claimed it was so", EditClass.ATTRIBUTION),
        ("він сказав про це", "він заявив про це", EditClass.ATTRIBUTION),
        ("sagte der Mann", "behauptete der Mann", EditClass.ATTRIBUTION),
        ("an armed man", "an unarmed man", EditClass.NEGATION),
        ("он виновен", "он невиновен", EditClass.NEGATION),
        ("they left, then", "they left then", EditClass.PUNCTUATION),
        ("wir haben keine Toten", "wir haben Toten", EditClass.NEGATION),
        ("a big house", "a small house", EditClass.OTHER),
    ],
)
def test_edits_are_classed_in_five_languages(before, after, edit):
    assert [operation.edit for operation in operations(before, after)] == [edit]


def test_an_operation_says_where_it_stands_and_the_whole_can_be_shown():
    before, after = "The men did not leave Bucha on Sunday", "The men did leave Bhutan on Monday, he said"
    stored = [
        {"class": str(o.edit), "before": o.before, "after": o.after, "at": o.at} for o in operations(before, after)
    ]
    shown = pieces(before, stored)
    assert "".join(piece.text for piece in shown if piece.change != "added") == before
    assert [(p.text, p.change, p.is_red) for p in shown if p.change] == [
        ("not", "removed", True), ("Bucha", "removed", True), ("Bhutan", "added", True),
        ("Sunday", "removed", True), ("Monday, he said", "added", True),
    ]  # fmt: skip


def test_operations_stored_without_their_place_are_still_all_shown():
    shown = pieces("Not one", [{"class": "negation", "before": "Not", "after": "A"}])
    assert [(piece.text, piece.change) for piece in shown] == [("Not", "removed"), ("A", "added"), (" one", "")]


ATTRIBUTED = "Much was said. “This is genocide,” said Zelensky on Sunday. Others differed, said Zelensky on Sunday."


def attribution_in(text):
    quotation, attribution = select(ATTRIBUTED, "This is genocide"), selector_at(ATTRIBUTED, 35, 58)
    found = check(quotation, text).candidates
    return check_attribution(attribution, quotation, text, found[0] if found else None)


def test_an_attribution_is_looked_for_beside_its_quotation():
    assert attribution_in(ATTRIBUTED).outcome == QuoteOutcome.EXACT
    assert attribution_in("New first line. " + ATTRIBUTED).outcome == QuoteOutcome.EXACT
    far = f"“This is genocide,” it read. {'Nothing more was said on that. ' * 40} Peace, said Zelensky on Sunday."
    assert attribution_in(far).outcome == QuoteOutcome.MISSING
    assert attribution_in("Nothing else, said Zelensky on Sunday.").outcome == QuoteOutcome.MOVED


def test_the_same_words_about_another_quotation_do_not_hide_that_an_attribution_changed():
    found = attribution_in(ATTRIBUTED.replace("on Sunday", "on Monday", 1))
    assert (found.outcome, classes(found)) == (QuoteOutcome.EDITED, {EditClass.NUMBER})
    found = attribution_in(ATTRIBUTED.replace("said Zelensky", "claimed Zelensky", 1))
    assert (found.outcome, classes(found)) == (QuoteOutcome.EDITED, {EditClass.ATTRIBUTION})


def press(seed: int = 7, count: int = 1000):
    """A text of about 100 kB and a thousand quotations of it, as they are cut from news: whole sentences and parts."""
    chance = random.Random(seed)
    stock = [f"{chance.choice('bcdfgklmnprst')}{chance.choice('aeiou')}{chance.choice('bdlmnrst')}{end}" for end in
             ("", "er", "ing", "ed", "s", "ion", "a", "o", "um", "ist") for _each in range(60)]  # fmt: skip
    sentences = [" ".join(chance.choices(stock, k=chance.randint(8, 22))).capitalize() + "." for _each in range(1300)]
    return sentences, sentences[:count]


def test_a_thousand_quotations_that_were_all_edited_are_found_in_seconds():
    sentences, wanted = press()
    text = " ".join(sentences)
    selectors = [select(text, sentence) for sentence in wanted]
    now = " ".join(sentence.replace(" ", " not ", 1) for sentence in sentences)
    begun = time.process_time()
    searched = Searched("Another first line. " + now)
    outcomes = [check(selector, searched) for selector in selectors]
    took = time.process_time() - begun
    assert {each.outcome for each in outcomes} == {QuoteOutcome.EDITED}
    assert all(EditClass.NEGATION in classes(each) for each in outcomes)
    assert took < 4  # one second (bench/quotes.py); of the processor alone, but two programs on one core still share it

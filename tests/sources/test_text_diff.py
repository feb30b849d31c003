"""Two texts side by side: nothing is lost, what differs is marked, and no text is too long to answer."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.text_diff import difference

FIRST = (
    "Report from Bucha\nThe ministry answered on Sunday.\n“Our soldiers did not shoot anybody in the town,” it said.\n"
    "A second paragraph stayed.\nThe last one went away."
)
SECOND = (
    "Report from Bucha\nA new paragraph of another sort opens it.\nThe ministry answered on Monday.\n"
    "“Our soldiers did shoot anybody in the town,” it said.\nA second paragraph stayed."
)


def shown(stretches, text):
    return "".join(f"[{text[s.start : s.end]}]" if s.is_changed else text[s.start : s.end] for s in stretches)


def rows(left, right):
    return [(shown(row.left, left), shown(row.right, right)) for row in difference(left, right).rows]


def test_paragraphs_that_belong_together_stand_beside_each_other_with_their_changes_marked():
    assert rows(FIRST, SECOND) == [
        ("Report from Bucha", "Report from Bucha"),
        ("", "[A new paragraph of another sort opens it.]"),
        ("The ministry answered on [Sunday].", "The ministry answered on [Monday]."),
        ("“Our soldiers did [not] shoot anybody in the town,” it said.",
         "“Our soldiers did shoot anybody in the town,” it said."),
        ("A second paragraph stayed.", "A second paragraph stayed."),
        ("[The last one went away.]", ""),
    ]  # fmt: skip
    found = difference(FIRST, SECOND)
    assert (found.changes, found.is_cut) == (4, False)
    assert found.words == 2 + 1 + 9 + 6


def test_the_same_text_has_no_changes():
    found = difference(FIRST, FIRST.replace("\n", "\n\n"))
    assert (found.changes, found.words) == (0, 0)
    assert all(row.is_same for row in found.rows)


@pytest.mark.parametrize(("left", "right"), [("", ""), ("", "a"), ("a", ""), ("\n\n", "\n"), ("слово", "слово інше")])
def test_nothing_is_compared_with_something(left, right):
    found = difference(left, right)
    assert "".join(shown(row.right, right) for row in found.rows).replace("[", "").replace("]", "") == right.strip()


@given(
    st.lists(st.text(alphabet="ab .,Бу", max_size=12), max_size=8),
    st.lists(st.text(alphabet="ab .,Бу", max_size=12), max_size=8),
)
@settings(max_examples=300, deadline=None)
def test_every_paragraph_of_both_is_there_once_and_in_order(left, right):
    one, other = "\n".join(left), "\n".join(right)
    found = difference(one, other)
    for text, side in ((one, "left"), (other, "right")):
        stretches = [each for row in found.rows for each in getattr(row, side)]
        assert "".join(text[s.start : s.end] for s in stretches) == text.replace("\n", "")
        assert [s.start for s in stretches] == sorted(s.start for s in stretches)
    # What is not marked is the same on both sides.
    for row in found.rows:
        unchanged = [
            "".join("".join(text[s.start : s.end].split()) for s in stretches if not s.is_changed)
            for text, stretches in ((one, row.left), (other, row.right))
        ]
        assert unchanged[0] == unchanged[1]


def long_text(paragraphs, words=60):
    return "\n".join(
        " ".join(f"word{(number * 31 + place * 7) % 997}" for place in range(words)) for number in range(paragraphs)
    )


def test_two_long_texts_are_compared_in_a_moment():
    left = long_text(220)
    right = "\n".join(line.replace(" ", " other ", 1) for line in left.split("\n"))
    assert 90_000 < len(left) < 120_000
    begun = time.process_time()
    found = difference(left, right)
    assert time.process_time() - begun < 1.5  # 0.1 s on a quiet machine
    assert (found.changes, found.words) == (220, 220)


def test_texts_too_long_are_cut_and_say_so():
    left, right = long_text(9000, 8), long_text(9000, 9)
    begun = time.process_time()
    found = difference(left, right)
    assert found.is_cut
    assert time.process_time() - begun < 10
    assert not difference(left, left + "\nOne more.").is_cut

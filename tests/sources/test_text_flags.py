"""Flags of canonical text: what is hidden by class or style sheet, readers' comments, and the block words stand in."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from sources.capture.extract import extract
from sources.capture.judge import Kind
from sources.capture.text import MOST_FLAGS, MOST_NODES, NODE_DEPTH, CanonicalText

SHEET = "<style>%s</style>"


def page(body: str, head: str = "") -> CanonicalText:
    text = extract(f"<html><head>{head}</head><body>{body}</body></html>".encode(), Kind.HTML).text
    assert text
    return text


def flagged(read: CanonicalText, name: str) -> list[str]:
    return [read.text[flag["start"] : flag["end"]] for flag in read.flags if flag["flag"] == name]


@pytest.mark.parametrize(
    "name",
    ["visually-hidden", "visuallyhidden", "sr-only", "screen-reader-text", "govuk-visually-hidden", "big sr-only red"],
)
def test_what_is_meant_for_screen_readers_is_hidden(name):
    assert flagged(page(f"<p>seen <span class='{name}'>not seen</span> seen"), "hidden") == ["not seen"]


@pytest.mark.parametrize(
    ("sheet", "element"),
    [
        (".gone{display:none}", "<p class=gone>"),
        (".gone { color: red; DISPLAY : None !important }", "<p class='a gone b'>"),
        ("#gone{display:none}", "<p id=gone>"),
        ("p.gone{display:none}", "<p class=gone>"),
        ("h1, .gone , .other{display:none}", "<p class=gone>"),
        ("/* .gone{display:block} */ .gone{display:none}", "<p class=gone>"),
        ("@media screen{.other{color:red}} .gone{display:none}", "<p class=gone>"),
        ("@charset 'utf-8'; .gone{display:none}", "<p class=gone>"),
        (".gone{display:block} .gone{display:none}", "<p class=gone>"),
    ],
)
def test_what_the_pages_own_style_hides_is_hidden(sheet, element):
    assert flagged(page(f"<p>seen</p>{element}not seen</p><p>seen", SHEET % sheet), "hidden") == ["not seen"]


@pytest.mark.parametrize(
    ("sheet", "element"),
    [
        (".gone{display:none} .gone{display:block}", "<p class=gone>"),
        (".tab{display:none} .tab.open{display:block}", "<p class='tab open'>"),
        (".gone{display:none} body .gone{display:flex}", "<p class=gone>"),
        ("@media print{.gone{display:none}}", "<p class=gone>"),
        ("@media (max-width:600px){.gone{display:none}}", "<p class=gone>"),
        (".gone{display:none} @media (min-width:600px){.gone{display:block}}", "<p class=gone>"),
        (".menu .gone{display:none}", "<p class=gone>"),
        (".gone:hover{display:none}", "<p class=gone>"),
        ("p{display:none}", "<p>"),
        ("/* .gone{display:none} */", "<p class=gone>"),
        (".gone-not{display:none}", "<p class=gone>"),
        (".gone{display:none", "<p class=other>"),
    ],
)
def test_what_may_be_shown_is_not_hidden(sheet, element):
    assert flagged(page(f"<p>seen</p>{element}seen too", SHEET % sheet), "hidden") == []


@pytest.mark.parametrize("media", ["print", "(max-width: 600px)", "speech"])
def test_a_sheet_for_another_screen_hides_nothing(media):
    assert flagged(page("<p class=x>seen", f"<style media='{media}'>.x{{display:none}}</style>"), "hidden") == []


def test_a_sheet_for_browsers_without_scripts_hides_nothing():
    assert flagged(page("<p class=x>seen", "<noscript><style>.x{display:none}</style></noscript>"), "hidden") == []


def test_a_page_that_flickers_is_there_to_be_read():
    read = page("<p>seen", SHEET % ".wait{display:none}").text
    assert read == "seen"
    whole = extract(
        b"<html class=wait><head><style>.wait{display:none}</style><body class=wait><p>seen", Kind.HTML
    ).text
    assert flagged(whole, "hidden") == []


def test_aria_hides_an_element_but_not_the_page_behind_a_dialogue():
    assert flagged(page("<p>seen <span aria-hidden=true>x</span>"), "hidden") == ["x"]
    assert flagged(page("<main aria-hidden=true><article aria-hidden=true>seen"), "hidden") == []


@pytest.mark.parametrize(
    "sheet", ["{", "}", "}}}{{{", ".a{" * 3000, "@media{" * 3000, ".a{}" * 50_000, "/*" * 250_000, "\0"]
)
def test_a_broken_sheet_is_no_obstacle(sheet):
    assert page("<p class=a>seen", SHEET % sheet).text == "seen"


def test_nothing_hidden_is_left_unflagged_however_much_else_there_is():
    """The number of flags is capped; a hidden word that lost its flag could be quoted."""
    read = page("<p>a\u00adb</p>" * (MOST_FLAGS + 10) + "<p hidden>not seen")
    assert flagged(read, "hidden") == ["not seen"]


def test_past_the_cap_the_rest_counts_as_hidden():
    read = page("<p>seen</p><p hidden>not</p>" * (MOST_FLAGS + 50))
    hidden = [flag for flag in read.flags if flag["flag"] == "hidden"]
    assert len(hidden) == MOST_FLAGS
    assert hidden[-1]["end"] == len(read.text)


COMMENTS = "<p>A reader says no.</p>"


@pytest.mark.parametrize(
    "element",
    [
        "<div id=comments>", "<section class='comments-area'>", "<ol class='commentlist x'>", "<div id=disqus_thread>",
        "<aside class=reader-comments>", "<div itemprop=comment>", "<li itemscope itemtype='https://schema.org/Comment'>",
    ],
)  # fmt: skip
def test_readers_comments_are_flagged(element):
    assert flagged(page(f"<article>Text</article>{element}{COMMENTS}"), "comment") == ["A reader says no."]


@pytest.mark.parametrize(
    "element",
    [
        "<div class=comment>", "<article class=comments>", "<div class=commentary>", "<section id=comment-is-free>",
        "<a class=comments>", "<body class=comments>", "<div class='opinion-comments-article'>",
    ],
)  # fmt: skip
def test_commentary_is_no_comment(element):
    assert flagged(page(f"{element}The minister explains."), "comment") == []


def test_the_body_of_an_article_is_known_by_its_microdata():
    assert flagged(page("<p>Menu</p><div itemprop=articleBody><p>One<p>two</div>"), "in_article") == ["One\ntwo"]


def test_every_character_maps_to_the_block_it_stands_in():
    body = "<nav>Menu</nav><div><h1>Title</h1><p>One <b>two</b></p><p>three</p>tail</div><table><tr><td>a<td>b</table>"
    read = page(body)
    tree = LexborHTMLParser(f"<html><head></head><body>{body}</body></html>")
    nodes = [flag for flag in read.flags if flag["flag"] == "node"]
    assert [read.text[node["start"] : node["end"]] for node in nodes] == [
        "Menu", "Title", "One two", "three", "tail", "a", "b",
    ]  # fmt: skip
    for node in nodes:
        found = tree.css(node["path"])
        assert len(found) == 1
        assert read.text[node["start"] : node["end"]] in found[0].text()
    covered = {at for node in nodes for at in range(node["start"], node["end"])}
    assert {read.text[at] for at in set(range(len(read.text))) - covered} <= {"\n", " "}


def test_a_deep_path_and_a_long_map_are_cut():
    (node,) = [flag for flag in page("<div>" * 200 + "words").flags if flag["flag"] == "node"]
    assert node["path"].startswith("… > div")
    assert node["path"].count(">") == NODE_DEPTH
    many = [flag for flag in page("<p>x</p>" * (MOST_NODES + 100)).flags if flag["flag"] == "node"]
    assert len(many) == MOST_NODES

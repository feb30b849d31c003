"""Links found in captured text, those in quotations and attributions first."""

import time

from sources.capture.extract import extract
from sources.capture.judge import Kind
from sources.capture.links import links_by_worth

PAGE = """<nav><a href=/menu>Press releases, said so</a></nav>
<main><article>
<p>A long introduction with <a href=/plain>a link to background</a> that quotes nobody at all in any way.</p>
<p>Nobody was harmed, the ministry <a href=/said>said in its statement</a> on Monday evening to reporters.</p>
<blockquote>The pictures are <a href=/quoted>arranged</a>.</blockquote>
<p>Про це <a href=/ukrainian>повідомила прес-служба</a>. Далі йде <a href=/later>інше речення</a> без нічого такого.</p>
</article></main>
<p hidden>He said <a href=/hidden>this</a></p>
<section id=comments><blockquote><a href=/comment>look here</a></blockquote></section>
<footer><a href=/foot>Contact</a> <a href=/said>again</a> <a href=/quoted>again</a></footer>"""


def ordered(html: str) -> list[str]:
    text = extract(html.encode(), Kind.HTML, base="https://site.example/").text
    assert text
    return [
        link["href"].removeprefix("https://site.example") for link in links_by_worth(text.links, text.flags, text.text)
    ]


def test_quotations_then_speakers_then_the_article_then_the_rest():
    assert ordered(PAGE) == [
        "/quoted", "/said", "/ukrainian", "/plain", "/later", "/menu", "/foot", "/hidden", "/comment",
    ]  # fmt: skip


def test_an_address_stands_once_at_its_worthiest_place():
    assert ordered("<p><a href=/x>menu</a></p><blockquote>He <a href=/x>wrote</a></blockquote><a href=/y>z</a>") == [
        "/x",
        "/y",
    ]


def test_attribution_is_seen_in_several_languages():
    for sentence in (
        "The spokesman for the troops in the region <a href=/a>told</a> a paper about it",
        "Das Ministerium <a href=/a>teilte mit</a>, niemand sei in der Stadt zu Schaden gekommen",
        "Le ministère <a href=/a>a déclaré</a> lundi que personne n'avait été blessé en ville",
        "Министерство <a href=/a>сообщило</a> в понедельник, что никто в городе не пострадал",
        "Міністерство <a href=/a>повідомило</a> в понеділок, що ніхто в місті не постраждав",
    ):
        assert ordered(f"<p><a href=/first>A link</a></p><p>{sentence}.</p>") == ["/a", "/first"]


def test_no_links_no_order():
    assert links_by_worth([], [], "") == []


def test_a_sentence_without_an_end_is_not_searched_anew_for_every_link():
    text = "word " * 400_000
    links = [{"href": f"https://site.example/{n}", "text": "word", "start": n * 400} for n in range(5000)]
    began = time.process_time()
    assert len(links_by_worth(links, [], text)) == 5000
    assert time.process_time() - began < 5


def test_thousands_of_links_and_flags_are_ordered_in_time():
    html = "<blockquote>word <a href=/%d>x</a></blockquote><p hidden>y</p>"
    assert len(ordered("".join(html % number for number in range(4000)))) == 4000

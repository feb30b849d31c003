"""Canonical text: what a reader sees, in order, the same every time; hidden words flagged, nothing raised."""

import io
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sources.capture.child import Bounds
from sources.capture.extract import extract
from sources.capture.judge import Kind
from sources.capture.outcomes import Outcome
from sources.capture.text import CanonicalText, Unreadable, read_html, read_pdf, read_text
from tests.hostile import ARTICLE, CYRILLIC, empty_pdf


def page(body: str, head: str = "") -> CanonicalText:
    return read_html(f"<html><head>{head}</head><body>{body}</body></html>".encode(), base="https://site.example/a/b")


def flagged(read: CanonicalText, name: str) -> list[str]:
    return [read.text[flag["start"] : flag["end"]] for flag in read.flags if flag["flag"] == name]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>One</p><p>two</p>", "One\ntwo"),
        ("One<br>two<br/><br>three", "One\ntwo\nthree"),
        ("<p>  One \n\t two&nbsp;three </p>", "One two three"),
        ("<p>O<b>n</b>e</p>", "One"),
        ("<ul><li>One<li>two</ul>", "One\ntwo"),
        ("<table><tr><td>1<td>2<tr><td>3</table>", "1 2\n3"),
        ("<pre>one\n  two</pre>", "one\ntwo"),
        ("<p>a &lt;script&gt; &amp; b</p>", "a <script> & b"),
        ("a<script>b</script><style>c</style><template><p>d</template><noscript>e</noscript>f", "af"),
        ("<svg><title>icon</title></svg><p>seen</p>", "seen"),
        ("<!-- hidden --><p>seen", "seen"),
        ("<q>No</q>, he said", "No, he said"),
        ("", ""),
    ],
)
def test_the_words_of_a_page_are_read_in_order(body, text):
    assert page(body).text == text


def test_the_speaker_in_a_block_quotation_is_not_lost():
    read = page("<blockquote>We deny it.<footer>The ministry</footer></blockquote>")
    assert read.text == "We deny it.\nThe ministry"
    assert flagged(read, "quote_block") == ["We deny it.\nThe ministry"]


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>not seen</p>",
        "<div style='color:red; DISPLAY : none'>not seen</div>",
        "<span style='visibility:hidden'>not seen</span>",
        "<dialog>not seen</dialog>",
        "<div hidden><p>not</p><p>seen</p></div>",
    ],
)
def test_hidden_words_are_flagged(hidden):
    read = page(f"<p>before</p>{hidden}<p>after</p>")
    assert [words.replace("\n", " ") for words in flagged(read, "hidden")] == ["not seen"]
    assert read.visible().split() == ["before", "after"]


def test_spans_name_article_caption_and_heading():
    read = page("<nav>Menu</nav><main><h1>Title</h1><figure><figcaption>A street</figcaption></figure></main>")
    assert flagged(read, "in_article") == ["Title\nA street"]
    assert flagged(read, "heading") == ["Title"]
    assert flagged(read, "caption") == ["A street"]


def test_what_nobody_sees_leaves_the_text_and_stays_on_record():
    read = page("<p>geno\u00adcide is\u200b de\ufeffnied, B\u200du\u200ccha</p>")
    assert read.text == "genocide is denied, Bucha"
    removed = [(flag["start"], flag["flag"]) for flag in read.flags if flag["flag"].startswith("removed")]
    assert removed == [
        (4, "removed:U+00AD"),
        (11, "removed:U+200B"),
        (14, "removed:U+FEFF"),
        (21, "removed:U+200D"),
        (22, "removed:U+200C"),
    ]


def test_joiners_that_spell_a_word_stay():
    assert page("<p>می\u200cخواهم \U0001f468\u200d\U0001f469</p>").text == "می\u200cخواهم \U0001f468\u200d\U0001f469"


def test_characters_that_turn_the_direction_are_flagged():
    assert flagged(page("<p>safe \u202eevil\u202c</p>"), "bidi") == ["\u202e", "\u202c"]


def test_nought_and_lone_surrogates_never_reach_the_text():
    read = page("<p>a\0b &#0; &#xD800;</p>", "<title>x\0y</title>")
    assert "\0" not in read.text + read.title
    assert read.metadata["removed"][0]["value"] == "U+0000 x 2"
    pasted = read_text(b"a\0b\xed\xa0\x80c")
    assert "\0" not in pasted.text
    json.dumps(pasted.text).encode()
    pasted.text.encode()


def test_links_are_absolute_and_stand_where_they_stand():
    read = page("<p>Say <a href='post?x='>the <b>post</b></a> <a href='javascript:x()'>no</a> <a href='#'></a></p>")
    assert read.links == [{"href": "https://site.example/a/post?x=", "text": "the post", "start": 4}]


def test_a_page_may_move_the_start_of_its_links():
    read = page("<a href='x'>one</a>", "<base href='https://other.example/dir/'>")
    assert read.links[0]["href"] == "https://other.example/dir/x"


def test_metadata_keeps_every_value_with_where_it_came_from():
    told = {
        "@graph": [
            {
                "@type": "NewsArticle",
                "headline": "From data",
                "datePublished": "2022-04-04T09:30:00+03:00",
                "author": [{"name": "A. Writer"}],
                "publisher": {"name": "The Paper"},
                "isAccessibleForFree": "False",
            }
        ]
    }
    read = page(
        "<span class='post-byline'>By A. Writer</span><time datetime='2022-04-05'>then</time>",
        f"<title>From title</title><meta property='og:title' content='From graph'><html lang=uk>"
        f"<script type='application/ld+json'>{json.dumps(told)}</script>",
    )
    assert (read.title, read.byline, read.site_name) == ("From data", "A. Writer", "The Paper")
    assert read.published == "2022-04-04T09:30:00+03:00"
    assert [value["from"] for value in read.metadata["title"]] == ["json-ld", "og:title", "title"]
    assert {"value": "2022-04-05", "from": "time"} in read.metadata["published"]
    assert read.signs == ["article", "not_free"]


@pytest.mark.parametrize("told", ["[", "{}", '{"headline": 7}', "[" * 100_000, '{"a":' * 5000, "null", '"x"'])
def test_broken_metadata_is_no_obstacle(told):
    assert page("<p>words", f"<script type='application/ld+json'>{told}</script>").text == "words"


CITY = "<html><body><p>Мешканці міста Буча розповіли, що бачили. Військові пішли 30 березня.</p></body></html>"


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        (CITY.encode(), "windows-1251"),
        (CITY.encode("utf-8-sig"), ""),
        (CITY.encode("utf-16"), ""),
        (CITY.encode("utf-16-le"), ""),
        (CITY.encode("utf-16-be"), "utf-8"),
        (CITY.encode("windows-1251"), "windows-1251"),
        (CITY.encode("windows-1251"), ""),
        (CITY.encode("koi8-u"), "koi8-u"),
        (CITY.encode("windows-1251"), "no-such-charset"),
        (CITY.encode("windows-1251"), "iso-8859-1"),
    ],
)
def test_words_are_read_whatever_the_page_claims(body, hint):
    assert read_html(body, hint).text.startswith("Мешканці міста Буча")


def test_the_page_is_believed_before_a_servers_default():
    read = read_html(CYRILLIC.encode("windows-1251"), "iso-8859-1")
    assert (read.text, read.title, read.charset) == ("Никто не пострадал.", "Буча", "cp1251")


def test_mixed_bytes_lose_a_character_and_not_the_page():
    assert read_html("<p>Буча ".encode() + b"\xff\xfe and the rest", "utf-8").text.endswith("and the rest")


@given(st.binary(max_size=300), st.text(max_size=20))
@example(b"\x01\t\x00", "")  # nothing is kept behind the last white space
@settings(max_examples=150, deadline=None)
def test_no_bytes_raise_and_every_offset_lies_in_the_text(body, hint):
    for read in (read_html(body, hint), read_text(body, hint)):
        read.text.encode()
        assert "\0" not in read.text
        for flag in read.flags:
            assert 0 <= flag["start"] <= flag["end"] <= len(read.text)


@given(st.text(alphabet="ab \n<>/pb\u00ad😀", max_size=200))
@settings(max_examples=100, deadline=None)
def test_the_same_bytes_give_the_same_text(body):
    assert read_html(body.encode()) == read_html(body.encode())


def test_lines_of_pasted_text_stay():
    assert read_text(b"one\r\ntwo\rthree\n\n\nfour  five\t").text == "one\ntwo\nthree\nfour five"


def test_a_pdf_without_words_asks_for_them():
    with pytest.raises(Unreadable) as caught:
        read_pdf(empty_pdf())
    assert caught.value.code == "verdict.empty"


@pytest.mark.parametrize("body", [b"%PDF-1.7\nnonsense", b"%PDF-", empty_pdf()[:150]])
def test_a_broken_pdf_is_not_read(body):
    with pytest.raises(Unreadable) as caught:
        read_pdf(body)
    assert caught.value.code in ("type.mismatch", "verdict.empty")


def test_a_pdf_is_read_page_by_page():
    read = read_pdf(pdf_of("We deny it.", "Nobody was harmed."))
    assert read.text == "We deny it.\nNobody was harmed."
    pages = [(flag["page"], read.text[flag["start"] : flag["end"]]) for flag in read.flags if flag["flag"] == "page"]
    assert pages == [(1, "We deny it."), (2, "Nobody was harmed.")]


def test_a_reader_short_of_memory_is_ended():
    """It loads what it needs in that much, and is then handed words of which it cannot hold two copies."""
    bounds = Bounds(60, 15, 400 * 1024**2)
    with ThreadPoolExecutor(1) as apart:  # the children of a thread end with it, and the next test's are not touched
        extracted = apart.submit(extract, b"words " * 10_000_000, Kind.TEXT, bounds=bounds).result()
    assert (extracted.outcome, extracted.text) == (Outcome.PARSE_MEMORY, None)


def test_the_child_reads_what_the_function_reads_and_tells_the_language():
    read = read_html(ARTICLE.encode(), "", "https://x.example/")
    read.metadata["lang"].append({"value": "en", "from": "detected"})
    assert extract(ARTICLE.encode(), Kind.HTML, base="https://x.example/").text == read


def pdf_of(*pages: str) -> bytes:
    """A PDF with one line of words on each page."""
    from pypdf import PdfWriter
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

    writer = PdfWriter()
    for words in pages:
        added = writer.add_blank_page(400, 200)
        font = DictionaryObject(
            {
                NameObject(k): NameObject(v)
                for k, v in (("/Type", "/Font"), ("/Subtype", "/Type1"), ("/BaseFont", "/Helvetica"))
            }
        )
        added[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
        )
        stream = DecodedStreamObject()
        stream.set_data(f"BT /F1 12 Tf 20 100 Td ({words}) Tj ET".encode())
        added[NameObject("/Contents")] = writer._add_object(stream)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()

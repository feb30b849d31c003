"""Pages that are attacks on whoever reads them, and pages that lie about how they are written."""

import io
import zlib
from functools import cache

from pypdf import PdfWriter

CYRILLIC = (
    "<html><head><meta charset=windows-1251><title>Буча</title></head><body><p>Никто не пострадал.</p></body></html>"
)
WORDS = "Никто из жителей не пострадал, сообщило министерство обороны в понедельник вечером."
SCRIPT = "<script>alert(1)</script>"


def attributes(count: int = 200_000) -> bytes:
    """One tag with so many attributes that a parser which looks for doubles in a list never ends."""
    return b"<p " + b" ".join(b"a%d=1" % n for n in range(count)) + b">words</p>"


def nesting(depth: int = 20_000) -> bytes:
    """Elements inside each other until a recursive walker has no stack left."""
    return b"<div>" * depth + b"the words inside" + b"</div>" * depth


def formatting(depth: int = 5_000) -> bytes:
    """Unclosed formatting elements, which every later block must open again."""
    return b"<b><i>" * depth + b"<p>words" * depth


def entities(length: int = 10_000_000) -> bytes:
    """Nothing but entities."""
    return b"<p>" + b"&amp;" * (length // 5) + b"</p>"


def tables(depth: int = 3_000) -> bytes:
    """Tables in tables, whose stray text is moved about."""
    return b"<table><tr><td>words" * depth


def json_ld() -> bytes:
    """Metadata nested deeper than a recursive reader can go."""
    return b'<script type="application/ld+json">' + b'{"a":' * 100_000 + b"</script><p>the words of the page</p>"


def patterns() -> bytes:
    """Text made to keep a careless pattern busy."""
    return b"<title>" + b"a" * 50_000 + b"!</title><p>" + b" " * 200_000 + b"x" + b"(" * 100_000 + b"the words</p>"


def scripted() -> bytes:
    """Script wherever words are expected."""
    return (
        f"<html lang='{SCRIPT}'><head><title>{SCRIPT.replace('<', '&lt;')}</title>"
        f"<meta name=author content='{SCRIPT}'><meta property='og:title' content='\"><img src=x onerror=alert(1)>'>"
        f"<link rel=canonical href='javascript:alert(1)'></head>"
        f"<body><p>The ministry said that nobody was harmed.</p><a href='javascript:alert(1)'>more</a>"
        f"<a href='data:text/html,{SCRIPT}'>data</a></body></html>"
    ).encode()


def controls() -> bytes:
    """NUL, a lone surrogate, and characters that turn the direction of reading."""
    return "<title>a\0b</title><p>one\0 two \u202egnihton\u202c &#xD800; &#0; &#x110000;</p>".encode()


CHARSETS = {
    "windows-1251": (WORDS.encode("windows-1251"), "text/html; charset=iso-8859-1"),
    "koi8-r": (f"<meta charset=koi8-r><p>{WORDS}".encode("koi8-r"), "text/html"),
    "utf-16-le": (f"<html><body><p>{WORDS}</p></body></html>".encode("utf-16-le"), "text/html"),
    "utf-16-be": (f"<html><body><p>{WORDS}</p></body></html>".encode("utf-16-be"), "text/html; charset=utf-8"),
    "bom": ("\ufeff".encode() + f"<p>{WORDS}".encode(), "text/html; charset=windows-1251"),
    "unknown": (f"<p>{WORDS}".encode(), "text/html; charset=nonsense-9"),
    "absent": (f"<p>{WORDS}".encode(), "text/html"),
    "claims-utf-16": (f"<meta charset=utf-16><p>{WORDS}".encode(), "text/html; charset=utf-16"),
    "not-text": (f"<p>{WORDS}".encode(), "text/html; charset=zlib_codec"),
    "mixed": (f"<p>{WORDS}".encode() + "<p>конец".encode("windows-1251"), "text/html; charset=utf-8"),
}


@cache
def empty_pdf() -> bytes:
    """A PDF of one page with no words on it, like a scan."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def _pdf(stream: bytes, filters: bytes, more: bytes = b"") -> bytes:
    """A PDF of one page whose content is the stream."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d/Filter%s>>stream\n%s\nendstream" % (len(stream), filters, stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    written = b"%PDF-1.4\n"
    places = []
    for number, words in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, words)
    written += more
    start = len(written)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return written + b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        table,
        start,
    )


@cache
def _noughts() -> bytes:
    return zlib.compress(b" " * 400_000_000, 9)


def _talk() -> bytes:
    return zlib.compress(b"BT /F 9 Tf " + b"(words ) Tj " * 25_000 + b"ET", 9)


# PDFs that are small to send and large to read; made when first asked for, since packing them takes a second.
PDF_BOMBS = {
    "stream": lambda: _pdf(_noughts(), b"/FlateDecode"),
    "doubled": lambda: _pdf(zlib.compress(_noughts(), 9), b"[/FlateDecode/FlateDecode]"),
    "talk": lambda: _pdf(_talk(), b"/FlateDecode"),
    "circle": lambda: _pdf(b"", b"[]").replace(
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>", b"<</Type/Pages/Kids[2 0 R]/Count 1000000>>"
    ),
    "nested": lambda: (
        b"%PDF-1.4\n1 0 obj\n" + b"[" * 100_000 + b"\nendobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF"
    ),
    "cut": lambda: empty_pdf()[:-200],
}


@cache
def pdf_bomb(name: str) -> bytes:
    """The PDF of this name."""
    return PDF_BOMBS[name]()


PAGES = {
    "attributes": attributes,
    "nesting": nesting,
    "formatting": formatting,
    "entities": entities,
    "tables": tables,
    "json-ld": json_ld,
    "patterns": patterns,
    "scripted": scripted,
    "controls": controls,
}


class PageTricks:
    """Methods of the handler: /page?name=... and the like."""

    def page(self) -> None:
        self.answer(PAGES[self.asked_for["name"]]())

    def charset(self) -> None:
        body, media_type = CHARSETS[self.asked_for["name"]]
        self.answer(body, media_type=media_type)

    def pdf_bomb(self) -> None:
        self.answer(pdf_bomb(self.asked_for["name"]), media_type="application/pdf")

    def wrong_charset(self) -> None:
        self.answer(CYRILLIC.encode("windows-1251"), media_type="text/html; charset=iso-8859-1")

    def controls(self) -> None:
        self.answer("<title>a\0b</title><p>one\0 two \u202egnihton\u202c &#xD800;</p>".encode())

    def picture(self) -> None:
        self.answer(b"\x89PNG\r\n\x1a\n" + b"\0" * 50, media_type="image/png")

    def pdf(self) -> None:
        self.answer(empty_pdf(), media_type="application/pdf")

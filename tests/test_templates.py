"""Every template parses, and none carries what the content security policy would silently stop."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.template import TemplateSyntaxError
from django.template.loader import get_template
from django.test import RequestFactory

FOLDER = settings.BASE_DIR / "templates"
STATIC = settings.BASE_DIR / "static"
TEMPLATES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.html"))
MODULES = sorted((STATIC / "js").glob("*.js"))
SHEETS = sorted((STATIC / "css").glob("*.css"))
SCRIPT_BUDGET = 45_000  # bytes, unpacked, all modules together; no page loads all of them

FORBIDDEN = {
    "hx-on needs eval": r"\bhx-on\b",
    "js: values need eval": r"""hx-(?:vals|vars|headers)\s*=\s*["']\s*(?:js|javascript):""",
    "hx-vars needs eval": r"\bhx-vars\b",
    "a trigger filter needs eval": r"""hx-trigger\s*=\s*(["'])[^"']*\[""",
    "an event handler in markup": r"""\son[a-z]+\s*=\s*["']""",
    "a style attribute": r"\sstyle\s*=",
    "a style element": r"<style\b",
    "a script in the page": r"<script\b(?![^>]*\bsrc=)",
    "a script not from our static files": r"""<script\b[^>]*\bsrc=(?!"\{%\s*static )""",
    "a javascript: address": r"""=\s*["']\s*javascript:""",
    "an address of another host": r"""(?:href|src|action|poster|srcset|hx-get|hx-post)\s*=\s*["'](?:https?:)?//""",
    "text marked safe": r"\|\s*safe(?:seq)?\b",
    "escaping switched off": r"autoescape\s+off",
}


def read(name: str) -> str:
    return (FOLDER / name).read_text()


def complaints(source: str) -> list[str]:
    return [name for name, pattern in FORBIDDEN.items() if re.search(pattern, source, re.IGNORECASE)]


def wrong_in(judge: Callable[[str], object]) -> dict[str, object]:
    """What a judge of the name of a template finds in each. One test for all: hundreds cost more than they tell."""
    return {name: found for name in TEMPLATES if (found := judge(name))}


def does_not_parse(name: str) -> str:
    try:
        get_template(name)
    except TemplateSyntaxError as error:
        return str(error)
    return ""


def test_every_template_parses():
    assert wrong_in(does_not_parse) == {}


def test_no_template_holds_what_the_policy_stops():
    assert wrong_in(lambda name: complaints(read(name))) == {}


@pytest.mark.parametrize(
    "source",
    [
        '<a hx-on:click="x()">',
        '<a hx-on::after-request="x()">',
        "<a hx-vals='js:{a: 1}'>",
        '<a hx-vals="javascript:{a: 1}">',
        '<a hx-vars="a:1">',
        '<a hx-trigger="click[ctrlKey]">',
        '<a onclick="x()">',
        '<p style="color: red">',
        "<style>p{}</style>",
        "<script>x()</script>",
        '<script type="module">x()</script>',
        '<script src="/static/js/keys.js"></script>',
        '<a href="javascript:x()">',
        '<img src="https://elsewhere.example/p.png">',
        '<img src="//elsewhere.example/p.png">',
        "{{ text|safe }}",
        "{{ texts | safeseq }}",
        "{% autoescape off %}",
    ],
)
def test_the_lint_sees_what_it_forbids(source):
    assert complaints(source)


def test_the_lint_leaves_plain_htmx_alone():
    assert not complaints(
        """<body hx-headers='{"X-CSRFToken": "{{ csrf_token }}"}'>"""
        """<a hx-get="?a" hx-trigger="input changed delay:300ms">"""
        """<script type="module" src="{% static "js/keys.js" %}"></script><p data-on="1">safely</p>"""
    )


VISIBLE_ATTRIBUTES = {"placeholder", "title", "aria-label", "alt"}


class BareWords(HTMLParser):
    """Collects words a person would read that did not go through gettext."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.quiet = 0

    def handle_starttag(self, tag, attrs):
        self.quiet += tag in {"kbd", "code"}
        self.found += [value for name, value in attrs if name in VISIBLE_ATTRIBUTES and has_words(value or "")]

    def handle_endtag(self, tag):
        self.quiet -= tag in {"kbd", "code"}

    def handle_data(self, text):
        if not self.quiet and has_words(text):
            self.found.append(text.strip())


def has_words(text: str) -> bool:
    return bool(re.search(r"[^\W\d_]{2,}", text.replace("UTC", "")))


def bare_words(source: str) -> list[str]:
    """Words left when comments, translated pieces, tags and variables of the template are taken out."""
    for pattern in (
        r"\{#.*?#\}",
        r"\{%\s*comment.*?endcomment\s*%\}",
        r"\{%\s*blocktrans(?:late)?\b.*?endblocktrans(?:late)?\s*%\}",
        r"\{%.*?%\}",
        r"\{\{.*?\}\}",
    ):
        source = re.sub(pattern, "", source, flags=re.DOTALL)
    parser = BareWords()
    parser.feed(source)
    return parser.found


def test_a_short_comment_ends_on_its_line():
    # Django shows one that does not, to everybody.
    assert wrong_in(lambda name: re.findall(r"\{#(?:(?!#\}).)*$", read(name), re.MULTILINE)) == {}


def test_every_word_goes_through_gettext():
    assert wrong_in(lambda name: bare_words(read(name))) == {}


@pytest.mark.parametrize("source", ["<p>Not yet</p>", '<input placeholder="Search">', "<p>{{ n }} statements</p>"])
def test_bare_words_are_seen(source):
    assert bare_words(source)


def test_translated_words_are_not_bare():
    source = (
        '<p title="{% translate "A b" %}">{% translate "Not yet" %}</p>{% blocktranslate %}x yy{% endblocktranslate %}'
    )
    assert bare_words(source) == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_script_needs_no_eval_and_no_other_host(path: Path):
    source = path.read_text()
    assert not re.search(
        r"\beval\(|new Function|innerHTML|outerHTML|insertAdjacentHTML|document\.write|https?://", source
    )


def test_script_stays_small():
    assert sum(path.stat().st_size for path in MODULES) < SCRIPT_BUDGET


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_stylesheet_asks_no_other_host_and_is_loaded(path: Path):
    source = path.read_text()
    assert not re.search(r"https?://|@import|url\(", source)
    assert f'"css/{path.name}"' in read("components/styles.html")


@pytest.mark.parametrize("path", [path for path in SHEETS if path.name != "tokens.css"], ids=lambda path: path.name)
def test_colours_are_named_in_one_place(path: Path):
    assert not re.findall(r":[^;{]*#[0-9a-f]{3,8}\b", path.read_text())


def test_every_icon_asked_for_exists():
    drawn = set(re.findall(r'<symbol id="i-([\w-]+)"', read("components/icons.html")))
    asked = {icon for name in TEMPLATES for icon in re.findall(r'\{%\s*icon "([\w-]+)"', read(name))}
    assert asked <= drawn


# ---- The base page and the pages that refuse


def page(name: str, **context) -> str:
    return get_template(name).render(context, RequestFactory().get("/"))


def test_base_page_offers_the_log_box_only_to_people_signed_in(django_user_model):
    assert "data-dropzone" not in page("errors/404.html")
    person = django_user_model(username="ines", role="editor")
    html = page("errors/404.html", user=person)
    assert 'name="address"' in html
    assert ">IN</button>" in html


def test_base_page_marks_the_current_section(django_user_model):
    html = page("errors/404.html", user=django_user_model(username="ines"), section="sources")
    assert re.search(r'aria-current="page">Sources', html)
    assert html.count("aria-current") == 1


def test_htmx_may_not_eval_and_swaps_refused_forms():
    html = page("errors/404.html")
    assert '"allowEval": false' in html
    assert '"includeIndicatorStyles": false' in html
    assert '"historyCacheSize": 0' in html
    assert '{"code": "422", "swap": true}' in html


def test_page_for_the_broken_server_needs_nothing():
    assert "Something broke on our side" in get_template("errors/500.html").render()


def test_refusal_says_why():
    assert "You proposed it yourself." in page("errors/403.html", reason="You proposed it yourself.")


class SampleForm(forms.Form):
    said_on = forms.CharField(label="Said on", help_text="Known to the day")
    kind = forms.ChoiceField(label="Kind", choices=[("denial", "Denial")], widget=forms.RadioSelect)
    sure = forms.BooleanField(label="I compared it")
    token = forms.CharField(widget=forms.HiddenInput, required=False)


def test_error_summary_links_to_every_field_and_keeps_what_was_typed():
    form = SampleForm({"said_on": "", "token": "kept"})
    summary = page("components/form_errors.html", form=form)
    assert "3 things to mend" in summary
    fields = "".join(page("components/field.html", field=field) for field in form)
    assert summary.count("<a ") == 3
    for target in re.findall(r'<a href="#([^"]+)"', summary):
        assert f'id="{target}"' in fields
    assert 'value="kept"' in fields
    assert 'aria-describedby="id_said_on_helptext id_said_on_error"' in fields
    assert 'id="id_said_on_error"' in fields


def test_form_without_errors_has_no_summary():
    assert page("components/form_errors.html", form=SampleForm()).strip() == ""


def test_pager_is_silent_on_a_single_page():
    assert page("components/pager.html").strip() == ""
    assert 'rel="next" href="?after=x&amp;y=1"' in page("components/pager.html", next_url="?after=x&y=1")

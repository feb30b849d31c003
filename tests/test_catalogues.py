"""The interface in Ukrainian and Russian: every sentence said, nothing lost on the way, and counted as people count."""

import ast
import re
from gettext import c2py
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.template import Context, Template
from django.utils import translation
from django.utils.translation import ngettext

from harmtracker import catalogues

DJANGO = Path(translation.__file__).parents[2] / "conf" / "locale"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")
MARKUP = re.compile(r"</?[a-z][^>]*>")
CODES = re.compile(r"\b[A-Z]{2}-[0-9A-Z]{6,8}\b|\b\d{4}-\d\d(?:-\d\d)?|https?://|\brobots\.txt\b|@")
CYRILLIC = re.compile(r"[а-яёіїєґ]", re.IGNORECASE)
# Names, codes and forms of writing, which are the same in every language.
SAME_IN_EVERY_LANGUAGE = {
    "2022-04-03.", "BCP 47.", "EDTF.", "EDTF: 2022-04-03.",
    "EDTF: 2022-03-09, 2022-02-27/2022-03-30~.", "EXIF", "Harm Tracker", "ISO 3166-1 alpha-2.", "ISO 3166-2: UA-32.",
    "%(moment)s UTC", "%(time)s UTC", "JSON-LD", "OpenGraph (%(name)s)", "PDF", "SHA-256", "Telegram", "WARC",
}  # fmt: skip


@pytest.fixture(scope="module")
def ours():
    return catalogues.template_catalogue()


@pytest.fixture(scope="module", params=catalogues.LANGUAGES)
def catalogue(request):
    return catalogues.read(catalogues.path_of(request.param), request.param)


def forms_of(message) -> list[str]:
    return list(message.string) if message.pluralizable else [message.string]


def test_every_sentence_is_said_and_nothing_else(ours, catalogue):
    """`make messages` brings new sentences in; their words are a person's."""
    wanted = {(message.id, message.context) for message in ours if message.id}
    held = {(message.id, message.context) for message in catalogue if message.id}
    assert held == wanted
    assert [message.id for message in catalogue if message.id and not all(forms_of(message))] == []
    assert [message.id for message in catalogue if message.fuzzy] == []
    assert not catalogue.obsolete


def test_what_is_put_in_stands_in_every_wording(catalogue):
    for message in (each for each in catalogue if each.id):
        last = message.id[-1] if message.pluralizable else message.id
        for text in filter(None, forms_of(message)):
            assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(last)), message.id
            assert sorted(MARKUP.findall(text)) == sorted(MARKUP.findall(last)), message.id
            assert sorted(CODES.findall(text)) == sorted(CODES.findall(last)), message.id


def test_no_sentence_is_left_in_english(catalogue):
    left = [
        message.id
        for message in catalogue
        if message.id
        and all(forms_of(message))
        and not all(CYRILLIC.search(text) for text in forms_of(message))
        and re.search(r"[A-Za-z]{2}", PLACEHOLDER.sub("", str(message.id)))
        and message.id not in SAME_IN_EVERY_LANGUAGE
        and any(re.search(r"[A-Za-z]", PLACEHOLDER.sub("", text)) for text in forms_of(message))
    ]
    assert left == []


def test_people_are_counted_by_the_rule_of_django_itself(catalogue):
    path = DJANGO / catalogue.locale_identifier / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file:
        theirs = read_po(file)
    assert catalogue.num_plurals == theirs.num_plurals
    our_rule, their_rule = c2py(catalogue.plural_expr), c2py(theirs.plural_expr)
    assert [our_rule(number) for number in range(130)] == [their_rule(number) for number in range(130)]


@pytest.mark.parametrize(
    ("number", "days", "statements"),
    [
        (1, "1 день тому", "1 заява"),
        (2, "2 дні тому", "2 заяви"),
        (5, "5 днів тому", "5 заяв"),
        (11, "11 днів тому", "11 заяв"),
        (21, "21 день тому", "21 заява"),
        (22, "22 дні тому", "22 заяви"),
    ],
)
def test_ukrainian_counts_in_code_and_in_templates(number, days, statements):
    page = Template(
        "{% load i18n %}{% blocktranslate count number=n %}One statement{% plural %}"
        "{{ number }} statements{% endblocktranslate %}"
    )
    with translation.override("uk"):
        assert ngettext("%(number)s day ago", "%(number)s days ago", number) % {"number": number} == days
        assert page.render(Context({"n": number})) == statements


def test_every_way_of_marking_a_string_is_read(tmp_path):
    """Babel reads what Django would have given to GNU gettext: aliases, contexts, plurals, trimmed blocks, comments."""
    (tmp_path / "harmtracker").mkdir()
    (tmp_path / "templates").mkdir()
    (tmp_path / "harmtracker" / "some.py").write_text(
        "from django.utils.translation import gettext_lazy as _lazy, ngettext, pgettext\n"
        "# Translators: of a page\n"
        'A = _lazy("one " "whole"); B = ngettext("%(n)s x", "%(n)s xs", 2); C = pgettext("number", "none")\n'
    )
    (tmp_path / "templates" / "some.html").write_text(
        '{% translate "Plain, 5 %" %}\n    {% if x %}<b>{{ y|default:_("as default") }}</b>\n  {% endif %}\n'
        "{% blocktranslate trimmed with a=b %}\n  Two\n  lines of {{ a }}\n{% endblocktranslate %}"
        '{% blocktranslate count n=x context "thing" %}One{% plural %}{{ n }} of them{% endblocktranslate %}'
        '\n{% comment %}Translators: seen{% endcomment %}\n{% translate "seen" context "eye" %}{# no string #}'
    )
    found = {(each.text, each.context) for each in catalogues.found(tmp_path)}
    assert found == {
        ("one whole", None), (("%(n)s x", "%(n)s xs"), None), ("none", "number"), ("Plain, 5 %%", None),
        ("as default", None), ("Two lines of %(a)s", None), (("One", "%(n)s of them"), "thing"), ("seen", "eye"),
    }  # fmt: skip


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_reading_the_strings_again_changes_no_catalogue(language, ours, tmp_path, monkeypatch):
    held = catalogues.path_of(language).read_bytes()
    monkeypatch.setattr(catalogues, "LOCALE", tmp_path)
    copy = catalogues.path_of(language)
    copy.parent.mkdir(parents=True)
    copy.write_bytes(held)
    catalogues.update(language, ours)
    assert copy.read_bytes() == held


def names_that_translate_at_once(tree: ast.Module) -> set[str]:
    at_once = {"gettext", "ngettext", "pgettext", "npgettext"}
    return {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in at_once
    }


def calls_while_importing(node: ast.AST):
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            outside = [*getattr(child, "decorator_list", []), *child.args.defaults, *child.args.kw_defaults]
            for each in filter(None, outside):
                yield from calls_while_importing(ast.Expr(each))
        else:
            if isinstance(child, ast.Call) and isinstance(child.func, ast.Name):
                yield child.func.id, child.lineno
            yield from calls_while_importing(child)


def test_nothing_is_put_into_words_before_somebody_reads_it():
    """A sentence translated while a module is imported would be in one language for everybody."""
    wrong = []
    for name in catalogues.CODE:
        for path in (settings.BASE_DIR / name).rglob("*.py"):
            text = path.read_text()
            if "gettext" not in text:
                continue
            tree = ast.parse(text)
            at_once = names_that_translate_at_once(tree)
            wrong += [f"{path.name}:{line}" for called, line in calls_while_importing(tree) if called in at_once]
    assert wrong == []

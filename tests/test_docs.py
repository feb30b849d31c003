"""The documents stay true: vocabularies complete, links alive, commands and settings the ones there are."""

import ast
import importlib
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import TextChoices
from django.utils import translation

from harmtracker import audit, catalogues
from tests.factories import TeamFactory

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "bench").glob("*.md")])
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z][a-z0-9]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
LINK = re.compile(r"\]\(([^)\s]+)\)")
OUR_PATH = re.compile(r"`((?:harmtracker|sources|claims|tests|templates|static|docs|deploy|bench|\.ci)/[\w./-]*)`")


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def vocabularies() -> list[type[TextChoices]]:
    """Every list of codes in the three apps, found in their source so that none hides in a module nobody imports."""
    found = []
    for app in ("harmtracker", "sources", "claims"):
        for path in sorted((ROOT / app).rglob("*.py")):
            source = path.read_text(encoding="utf-8")
            if "TextChoices)" not in source or "migrations" in path.parts:
                continue
            module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
            found += [_of(module, name) for name in _classes_of_codes(ast.parse(source))]
    return found


def _classes_of_codes(tree: ast.AST, before: str = "") -> list[str]:
    names = []
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef):
            bases = {ast.unparse(base).split(".")[-1] for base in node.bases}
            names += [before + node.name] if "TextChoices" in bases else []
            names += _classes_of_codes(node, f"{before}{node.name}.")
    return names


def _of(module, qualified: str) -> type[TextChoices]:
    found = module
    for name in qualified.split("."):
        found = getattr(found, name)
    return found


def rows_under(document: str, heading: str) -> list[list[str]]:
    """Cells of the table in the section called ``heading``, without its head."""
    _before, _line, rest = document.partition(f"\n### {heading}\n")
    section = re.split(r"\n##+ ", rest)[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:1] == "|"]
    return rows[2:]


def anchors_of(path: Path) -> set[str]:
    """The places in a document that a link can point to, as GitHub names them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_vocabularies_are_found_wherever_they_stand() -> None:
    names = [each.__qualname__ for each in vocabularies()]
    assert {"Finding", "Job.State", "Outcome", "Tlp", "PartyKind"} <= set(names)
    assert len(names) == len(set(names)), "two lists of codes with one name cannot be told apart in the glossary"


def test_glossary_explains_every_code() -> None:
    for vocabulary in vocabularies():
        explains(vocabulary)


def explains(vocabulary: type[TextChoices]) -> None:
    rows = rows_under(GLOSSARY, vocabulary.__qualname__)
    assert [(row[0].strip("`"), row[1]) for row in rows] == [(code, str(label)) for code, label in vocabulary.choices]
    assert all(row[-1] for row in rows)
    if len(rows[0]) == 5:  # the lists whose words are terms of the house have them in every language
        for at, language in enumerate(catalogues.LANGUAGES, start=2):
            with translation.override(language):
                assert [row[at] for row in rows] == [str(label) for _code, label in vocabulary.choices]


def test_glossary_explains_no_list_that_is_gone() -> None:
    assert set(re.findall(r"^### (.+)$", GLOSSARY, re.MULTILINE)) == {each.__qualname__ for each in vocabularies()}


def wrong_in(judge: Callable[[Path], object]) -> dict[str, object]:
    """What a judge finds in each document."""
    return {named(document): found for document in DOCUMENTS if (found := judge(document))}


def dead_links(document: Path) -> list[str]:
    dead = []
    for target in LINK.findall(document.read_text(encoding="utf-8")):
        if re.match(r"https?:|mailto:", target):
            continue
        file, _hash, anchor = target.partition("#")
        path = (document.parent / file).resolve() if file else document
        if not path.exists() or (anchor and anchor not in anchors_of(path)):
            dead.append(target)
    return dead


def test_links_lead_somewhere() -> None:
    assert wrong_in(dead_links) == {}


def paths_gone(document: Path) -> list[str]:
    return [path for path in OUR_PATH.findall(document.read_text(encoding="utf-8")) if not (ROOT / path).exists()]


def test_paths_that_are_named_exist() -> None:
    assert wrong_in(paths_gone) == {}


def commands_gone(document: Path) -> set[str]:
    text = document.read_text(encoding="utf-8")
    return set(re.findall(r"(?:^ {4}|`)make ([a-z][a-z0-9]*)", text, re.MULTILINE)) - TARGETS


def test_commands_that_are_named_exist() -> None:
    assert wrong_in(commands_gone) == {}


def test_readme_names_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make demo" in readme
    assert "make test" in readme


def test_operations_explain_every_setting() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    settings = re.findall(r"^([A-Z_]+)=", example, re.MULTILINE)
    explained = re.findall(r"^\| `([A-Z_]+)` \|", OPERATIONS, re.MULTILINE)
    assert sorted(explained) == sorted(settings)


def test_decisions_are_numbered_once_and_found_from_the_architecture() -> None:
    numbers = [path.name[:4] for path in DECISIONS]
    assert all(re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", path.name) for path in DECISIONS)
    assert len(numbers) == len(set(numbers))
    listed = set(LINK.findall((ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")))
    assert {f"decisions/{path.name}" for path in DECISIONS} - listed == set()


@pytest.mark.parametrize("document", DECISIONS, ids=named)
def test_decision_says_what_and_why(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert "**Decision.**" in text
    assert re.search(r"\*\*(?:Why|Context)\.\*\*", text)
    assert re.search(r"\*\*(?:What follows|Consequences)\.\*\*", text)


def machines(document: Path) -> list[str]:
    return re.findall(r"/(?:root|home|work)/|/tmp/", document.read_text(encoding="utf-8"))


def test_documents_name_no_machine() -> None:
    assert wrong_in(machines) == {}


FORGED = "CASE WHEN sequence = 2 THEN jsonb '{\"reason\": \"forged\"}' ELSE jsonb '{}' END"
BREAKS = {
    "as it was written": ("SELECT * FROM harmtracker_auditevent", []),
    "a reason was edited": (f"SELECT (jsonb_populate_record(a, {FORGED})).* FROM harmtracker_auditevent a", [2]),
    "an event was taken out": ("SELECT * FROM harmtracker_auditevent WHERE sequence <> 2", [3]),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", BREAKS)
def test_the_query_that_verifies_the_chain_finds_where_it_breaks(name: str) -> None:
    seen_as, found = BREAKS[name]
    with audit.recording():
        for _event in range(3):
            audit.record("team.created", subject=TeamFactory(), by=None)
    section = OPERATIONS.partition("## Verifying the audit chain")[2]
    [query] = re.findall(r"```sql\n(.*?);\n```", section, re.DOTALL)
    # The same query over the same rows as somebody could have left them.
    query = query.replace("SELECT e AS event", "SELECT e::harmtracker_auditevent AS event")
    query = query.replace("FROM harmtracker_auditevent e", f"FROM ({seen_as}) e")
    with connection.cursor() as cursor:
        cursor.execute(query)
        assert [row[0] for row in cursor.fetchall()] == found

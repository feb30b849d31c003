"""The words of the interface in other languages: read out of code and templates, kept in locale/, compiled.

    python -m harmtracker.catalogues update     read our words, bring every catalogue up to them
    python -m harmtracker.catalogues compile    write the .mo files Django reads, where they are missing or older

Babel does what GNU gettext would, so that no package of the system is needed. A catalogue carries no line numbers and
no dates: what stands in git changes only when words do.
"""

import sys
import tempfile
import warnings
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Final, NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

PROJECT: Final = Path(__file__).resolve().parent.parent
LOCALE: Final = PROJECT / "locale"
LANGUAGES: Final = ("uk", "ru")
"""Languages with a catalogue; the words in the code are English."""
CODE: Final = ("harmtracker", "sources", "claims")
WIDTH: Final = 110

PLAIN: Final = ("gettext", "gettext_lazy", "gettext_noop", "_", "_lazy")
KEYWORDS: Final[dict[str, tuple[int | tuple[int, str], ...] | None]] = (
    dict.fromkeys(PLAIN)
    | dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2))
    | dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2))
    | dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3))
)
# As Django's own catalogues of these languages have it: one, few, many, and fractions, which we do not count in.
PLURALS: Final = (
    "nplurals=4; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : "
    "n%10==0 || (n%10>=5 && n%10<=9) || (n%100>=11 && n%100<=14) ? 2 : 3);"
)


class Found(NamedTuple):
    """One string that people read, and the file it stands in."""

    text: str | tuple[str, ...]
    context: str | None
    notes: list[str]
    path: str


def found(folder: Path = PROJECT) -> Iterator[Found]:
    """Every string marked for translation in our Python code and templates, in the order of the files."""
    for path in sorted(each for name in CODE for each in (folder / name).rglob("*.py")):
        if "migrations" not in path.parts:
            yield from _read(path.read_bytes(), path.relative_to(folder).as_posix())
    for path in sorted((folder / "templates").rglob("*.html")):
        name = path.relative_to(folder).as_posix()
        yield from _read(as_python(path.read_text(), name).encode(), name)


def as_python(template: str, name: str) -> str:
    """A template as calls of gettext, one after another. Indentation goes: what is left would be none to Python."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a note to translators that Django would drop
        lines = templatize(template, origin=name).splitlines()
    return "\n".join(line.strip() for line in lines)


def _read(source: bytes, name: str) -> Iterator[Found]:
    options = {"encoding": "utf-8"}
    for _line, text, notes, context in extract(
        "python", BytesIO(source), KEYWORDS, comment_tags=("Translators:",), options=options, strip_comment_tags=True
    ):
        yield Found(text, context, notes, name)


def template_catalogue() -> Catalog:
    """All our strings, untranslated, each with the files it stands in."""
    catalogue = Catalog(charset="utf-8")
    for each in found():
        catalogue.add(each.text, locations=[(each.path, 0)], auto_comments=each.notes, context=each.context)
    return catalogue


def path_of(language: str) -> Path:
    """The catalogue of a language, as people edit it."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def read(path: Path, language: str) -> Catalog:
    """A catalogue as it stands. Raises babel's PoFileError where it cannot be read."""
    if not path.exists():
        return new_catalogue(language)
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def new_catalogue(language: str) -> Catalog:
    """An empty one, with the plural rule of its language."""
    header = f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: {PLURALS}\\n"\n'
    return read_po(BytesIO(header.encode()), locale=language)


def update(language: str, wanted: Catalog) -> Catalog:
    """Bring one catalogue up to our strings: new ones stand empty, those nobody uses are gone, none is guessed at."""
    kept = read(path_of(language), language)
    fresh = new_catalogue(language)
    for message in wanted:
        if not message.id:
            continue
        old = kept.get(message.id, message.context)
        fresh.add(
            message.id,
            old.string if old and _forms(old) == _forms_wanted(message, fresh) else None,
            locations=[(name, 0) for name in sorted({name for name, _line in message.locations})],
            auto_comments=message.auto_comments,
            user_comments=old.user_comments if old else (),
            context=message.context,
        )
    _write(path_of(language), as_po(fresh))
    return fresh


def _forms(message: Message) -> int:
    return len(message.string) if isinstance(message.string, (list, tuple)) else 1


def _forms_wanted(message: Message, catalogue: Catalog) -> int:
    return catalogue.num_plurals if message.pluralizable else 1


def as_po(catalogue: Catalog) -> bytes:
    """The catalogue as text for git: sorted by its words, without numbers and dates that change by themselves."""
    out = BytesIO()
    write_po(out, catalogue, width=WIDTH, omit_header=True, no_location=True, sort_output=True)
    language = catalogue.locale_identifier
    header = (
        f'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n"MIME-Version: 1.0\\n"\n'
        f'"Content-Type: text/plain; charset=UTF-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {PLURALS}\\n"\n\n'
    )
    return header.encode() + out.getvalue()


def compile_stale() -> list[Path]:
    """Write each .mo file that is missing or older than its catalogue; returns those written."""
    written = []
    for language in LANGUAGES:
        source = path_of(language)
        target = source.with_suffix(".mo")
        if not source.exists() or (target.exists() and target.stat().st_mtime_ns > source.stat().st_mtime_ns):
            continue
        out = BytesIO()
        write_mo(out, read(source, language))
        _write(target, out.getvalue())
        written.append(target)
    return written


def _write(path: Path, data: bytes) -> None:
    """At once or not at all: several processes may do this together, and Django may be reading."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(data)
    Path(file.name).chmod(0o644)
    Path(file.name).replace(path)


def main(words: list[str]) -> int:
    """One word: update or compile."""
    if words == ["compile"]:
        compile_stale()
        return 0
    if words != ["update"]:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    wanted = template_catalogue()
    for language in LANGUAGES:
        catalogue = update(language, wanted)
        without = sum(1 for message in catalogue if message.id and not _is_said(message))
        sys.stdout.write(f"{language}: {len(catalogue)} strings, {without} without words\n")
    return 0


def _is_said(message: Message) -> bool:
    strings = message.string if isinstance(message.string, (list, tuple)) else [message.string]
    return all(strings)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Which language a text is in: what the page declares, and what the words themselves are like.

Imports no Django (reading child process). The detector is loaded once and stays: about a second and 60 MB.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from sources.capture.text import CanonicalText

FEWEST_LETTERS: Final = 40  # below this a guess is chance: a name or a menu may be in any language
LOOKED_AT: Final = 6_000
SURE: Final = 0.9
PARAGRAPH: Final = 40


@cache
def load_detector() -> Any:
    """The detector, or None on a machine where it finds no room to unpack its model: languages are then not guessed."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # type: ignore[import-untyped]

    try:
        return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    except OSError:
        return None


def detect(words: str) -> str:
    """ISO 639 code of the language of some words, "" where they are too few or the guess is not sure."""
    words = words[:LOOKED_AT]
    detector = load_detector()
    if detector is None or sum(character.isalpha() for character in words) < FEWEST_LETTERS:
        return ""
    code, probability = detector.classify(words)
    return str(code) if probability >= SURE else ""


def add_language(text: CanonicalText) -> None:
    """Put the detected language of a text beside what it declares, and use it where nothing is declared."""
    lines = [line for _, line in text.lines()]
    found = detect("\n".join([line for line in lines if len(line) >= PARAGRAPH] or lines))
    if not found:
        return
    text.metadata.setdefault("lang", []).append({"value": found, "from": "detected"})
    text.lang = text.lang or found


def conflict_of(metadata: dict[str, list[dict[str, str]]]) -> tuple[str, str] | None:
    """Declared and detected language where they differ ("declared en, reads as ru"), None where they do not.

    Only the primary part counts: en-GB is en. The declaration believed most is the one compared.
    """
    told = metadata.get("lang", [])
    declared = next((entry["value"] for entry in told if entry["from"] != "detected"), "")
    detected = next((entry["value"] for entry in told if entry["from"] == "detected"), "")
    if not declared or not detected or primary_of(declared) == primary_of(detected):
        return None
    return declared, detected


def primary_of(tag: str) -> str:
    """The language of a tag without region and script, lower case; the old code "ua" is read as "uk"."""
    primary = tag.replace("_", "-").partition("-")[0].strip().lower()
    return {"ua": "uk", "iw": "he", "in": "id", "nb": "no", "nn": "no"}.get(primary, primary)

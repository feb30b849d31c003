"""How alike texts are, as rapidfuzz finds it. It is loaded when first asked: the web process has 3 MB less to carry."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rapidfuzz.distance import Opcode, ScoreAlignment


def ratio(one: str, other: str, least: float = 0) -> float:
    """Of 100; 0 below ``least``."""
    from rapidfuzz.fuzz import ratio

    return ratio(one, other, score_cutoff=least)


def fitted(wanted: str, text: str, least: float) -> ScoreAlignment | None:
    """Where in a text something most like the words stands; None where nothing is like them by ``least`` of 100."""
    from rapidfuzz.fuzz import partial_ratio_alignment

    return partial_ratio_alignment(wanted, text, score_cutoff=least)


def differences(one: Sequence[str], other: Sequence[str]) -> list[Opcode]:
    """What is inserted and deleted to make the one the other, and what stays, in order."""
    from rapidfuzz.distance import Indel

    return list(Indel.opcodes(one, other))


def shared(one: Sequence[Hashable], other: Sequence[Hashable]) -> int:
    """How many items both have in the same order, with others between them or none."""
    from rapidfuzz.distance import LCSseq

    return LCSseq.similarity(one, other)

"""How well copies are told from look-alikes: `python -m bench.copies` (a part of `make bench`).

Labelled pairs of made-up texts stand in bench/pairs, one file a group of stories. The weights of
sources/copies/likeness.py are fitted on all of them; the honest figures are those of weights fitted without the stories
they are then asked about.
"""

import argparse
import math
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from sources.copies.likeness import NONE, Features, Likeness, likeness, score_of
from sources.copies.traits import Traits, traits_of

PAIRS = Path(__file__).parent / "pairs"
STEPS = 4_000
RATE = 0.5
RIDGE = 0.005  # keeps weights of five features on some hundred pairs from running away


@dataclass(frozen=True)
class Pair:
    """Two texts of one file. ``copy`` is "reprint", "translation", "relay", or "" for a look-alike."""

    story: str
    first: str
    second: str
    copy: str
    traits: tuple[Traits, Traits]
    damaged: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return f"{self.first} / {self.second}"


@dataclass
class Score:
    """Right and wrong answers."""

    found: int = 0
    missed: int = 0
    wrong: int = 0
    passed: int = 0

    @property
    def precision(self) -> float:
        return self.found / max(self.found + self.wrong, 1)

    @property
    def recall(self) -> float:
        return self.found / max(self.found + self.missed, 1)

    def add(self, *, is_copy: bool, said: bool) -> None:
        name = ("found" if said else "missed") if is_copy else ("wrong" if said else "passed")
        setattr(self, name, getattr(self, name) + 1)


def pairs() -> list[Pair]:
    """All labelled pairs. A story is what a text's name begins with."""
    found = []
    for path in sorted(PAIRS.glob("*.toml")):
        told = tomllib.loads(path.read_text())
        traits = {name: _traits(text) for name, text in told["texts"].items()}
        for each in told["pairs"]:
            one, other = each["a"], each["b"]
            damaged = tuple(each.get("damaged", ()))
            found.append(Pair(one.split("_")[0], one, other, each["copy"], (traits[one], traits[other]), damaged))
    return found


def texts() -> dict[str, str]:
    """All texts by name, each as one paragraph."""
    told = [tomllib.loads(path.read_text())["texts"] for path in sorted(PAIRS.glob("*.toml"))]
    return {name: _plain(text["text"]) for each in told for name, text in each.items()}


def _plain(text: str) -> str:
    """Lines are broken for the eye; a page has one for each paragraph."""
    return " ".join(text.split("\n")).strip()


def _traits(text: dict[str, str]) -> Traits:
    return traits_of(_plain(text["text"]), text["lang"])


def unrelated() -> Iterable[tuple[Traits, Traits]]:
    """Texts of different files: same war, nothing else in common."""
    by_file = [
        [_traits(text) for text in tomllib.loads(path.read_text())["texts"].values()]
        for path in sorted(PAIRS.glob("*.toml"))
    ]
    for ours, theirs in combinations(by_file, 2):
        yield from ((one, other) for one in ours for other in theirs)


def fit(examples: Sequence[tuple[Features, bool]]) -> tuple[list[float], float]:
    """Weights and bias of a logistic regression, wording left out: reprints are told by it alone."""
    weights, bias = [0.0] * len(Features().values()), 0.0
    for _step in range(STEPS):
        slope, shift = [RIDGE * weight for weight in weights], 0.0
        for features, is_copy in examples:
            values = [0.0, *features.values()[1:]]
            wrong = 1 / (1 + math.exp(-(bias + sum(a * b for a, b in zip(weights, values, strict=True))))) - is_copy
            slope = [total + wrong * value / len(examples) for total, value in zip(slope, values, strict=True)]
            shift += wrong / len(examples)
        weights = [weight - RATE * 4 * each for weight, each in zip(weights, slope, strict=True)]
        bias -= RATE * 4 * shift
    return weights, bias


def threshold(examples: Sequence[tuple[Features, bool]], weights: Sequence[float], bias: float) -> float:
    """The score that parts copies from look-alikes with fewest errors: half-way between its neighbours."""
    scores = sorted((score_of(features, weights, bias), is_copy) for features, is_copy in examples)
    cuts = []
    for at in range(1, len(scores)):
        errors = sum(is_copy for _score, is_copy in scores[:at]) + sum(not is_copy for _score, is_copy in scores[at:])
        gap = scores[at][0] - scores[at - 1][0]
        cuts.append((errors, -gap, (scores[at][0] + scores[at - 1][0]) / 2))
    return min(cuts)[2]


def says(compared: Likeness, weights: Sequence[float], bias: float, least: float) -> bool:
    """What would be said with other weights and another threshold."""
    return compared.kind == "reprint" or score_of(compared.features, weights, bias) >= least


def held_out(labelled: Sequence[Pair], compared: Sequence[Likeness], folds: int) -> Score:
    """Each story asked with weights and threshold found without it: ``folds`` groups of stories."""
    stories = sorted({pair.story for pair in labelled})
    score = Score()
    for fold in range(folds):
        held = set(stories[fold::folds])
        kept = [
            (alike.features, bool(pair.copy))
            for pair, alike in zip(labelled, compared, strict=True)
            if pair.story not in held and alike.kind != "reprint"
        ]
        weights, bias = fit(kept)
        least = threshold(kept, weights, bias)
        for pair, alike in zip(labelled, compared, strict=True):
            if pair.story in held:
                score.add(is_copy=bool(pair.copy), said=says(alike, weights, bias, least))
    return score


def report(*, fitted: bool = False, listed: bool = False) -> str:
    """The table of precision and recall."""
    labelled = pairs()
    compared = [likeness(*pair.traits) for pair in labelled]
    shipped = Score()
    for pair, alike in zip(labelled, compared, strict=True):
        shipped.add(is_copy=bool(pair.copy), said=alike.kind != NONE)
    strangers = list(unrelated())
    offered = sum(likeness(*each).kind != NONE for each in strangers)
    lines = ["| copies | precision | recall | copies missed | look-alikes offered |", "|---|---|---|---|---|"]
    every = f"{len(labelled)} pairs, {sum(not pair.copy for pair in labelled)} of them look-alikes"
    rows = [(f"as shipped: {every}", shipped)]
    rows += [(f"stories held out, {folds} groups", held_out(labelled, compared, folds)) for folds in (2, 5)]
    for name, score in rows:
        lines.append(f"| {name} | {score.precision:.2f} | {score.recall:.2f} | {score.missed} | {score.wrong} |")
    lines.append(f"\n{offered} of {len(strangers)} pairs of unrelated texts offered.")
    if fitted:
        kept = [(a.features, bool(p.copy)) for p, a in zip(labelled, compared, strict=True) if a.kind != "reprint"]
        weights, bias = fit(kept)
        told = f"weights {[round(weight, 2) for weight in weights]} bias {bias:.2f}"
        lines.append(f"\n{told} threshold {threshold(kept, weights, bias):.2f}")
    if listed:
        for pair, alike in sorted(zip(labelled, compared, strict=True), key=lambda each: -each[1].score):
            values = " ".join(f"{value:.2f}" for value in alike.features.values())
            lines.append(
                f"{pair.copy or '-':12} {alike.kind:12} {alike.score:.2f}  {values}  {pair.label} {list(alike.damaged)}"
            )
    return "\n".join(lines)


def main() -> None:
    """Print the table; with --fit also the weights, with --list every pair."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--fit", action="store_true")
    options.add_argument("--list", action="store_true")
    given = options.parse_args()
    print(report(fitted=given.fit, listed=given.list))


if __name__ == "__main__":
    main()

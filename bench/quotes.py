"""How long looking for a thousand quotations again takes, beside plain ``str.find`` of the same words.

    .venv/bin/python -m bench.quotes [--quotations 1000] [--times 5]

The text is invented news of about 100 kB. Each row is the median processor time of some runs, and its ratio to finding
the same words letter by letter in the same run. "Edited everywhere" and "all missing" are the worst a page can do.
"""

import argparse
import os
import random
import statistics
import sys
import time
from collections.abc import Callable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "harmtracker.settings")

SENTENCES = 1300
ENDINGS = ("", "er", "ing", "ed", "s", "ion", "a", "o", "um", "ist")


def invented(seed: int) -> list[str]:
    """Sentences of 8 to 22 invented words."""
    chance = random.Random(seed)
    stock = [
        f"{chance.choice('bcdfgklmnprst')}{chance.choice('aeiou')}{chance.choice('bdlmnrst')}{ending}"
        for ending in ENDINGS
        for _each in range(60)
    ]
    return [
        " ".join(chance.choices(stock, k=chance.randint(8, 22))).capitalize() + "." for _sentence in range(SENTENCES)
    ]


def changed(sentences: list[str], every: int) -> str:
    """The text with one word put into every so many sentences."""
    return " ".join(
        sentence.replace(" ", " not ", 1) if number % every == 0 else sentence
        for number, sentence in enumerate(sentences)
    )


def timed(work: Callable[[], object], times: int) -> float:
    """Median seconds of the processor; other programs on the machine do not lengthen it."""
    took = []
    for _each in range(times):
        begun = time.process_time()
        work()
        took.append(time.process_time() - begun)
    return statistics.median(took)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quotations", type=int, default=1000)
    parser.add_argument("--times", type=int, default=5)
    chosen = parser.parse_args()

    import django

    django.setup()
    from sources.quote_check import Searched, check
    from sources.quotes import select

    sentences = invented(7)
    text = " ".join(sentences)
    selectors = [select(text, sentence) for sentence in sentences[: chosen.quotations]]
    texts = {
        "all exact": "A new first line. " + text,
        "1 in 50 edited": changed(sentences, 50),
        "other capitals everywhere": text.upper(),
        "edited everywhere": changed(sentences, 1),
        "all missing": " ".join(invented(8)),
    }
    lines = [f"{len(selectors)} quotations, text of {len(text) // 1000} kB", "| text | str.find | ours | ratio |"]
    for name, now in texts.items():

        def finding(now: str = now) -> None:
            for selector in selectors:
                now.find(selector.exact)

        def checking(now: str = now) -> None:
            searched = Searched(now)
            for selector in selectors:
                check(selector, searched)

        floor, ours = timed(finding, chosen.times), timed(checking, chosen.times)
        lines.append(f"| {name} | {floor * 1000:.0f} ms | {ours * 1000:.0f} ms | {ours / floor:.1f} |")
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())

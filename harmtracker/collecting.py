"""The garbage collector and what a web process holds for as long as it runs."""

import gc
from typing import Final

from django.urls import get_resolver

YOUNG: Final = 10_000
"""Objects made before the young ones are looked through; a page makes some tens of thousands that soon go again."""


def spare_what_is_loaded() -> None:
    """Load every page's code, and take all there is by now out of the collector's rounds.

    A full round looks at each object: 150,000 of the loaded program, 60 ms of a free core, in the middle of whatever
    page is being made. None of them ever becomes garbage.
    """
    _ = get_resolver().url_patterns
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG)

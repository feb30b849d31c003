"""One hash over many manifests, so that one time-stamp covers them all, and the way up to it from each.

The tree of RFC 6962: a leaf is SHA-256 of a zero byte and the 32 bytes of a manifest's hash, an inner node SHA-256 of
a one byte and its two children, and the left side of every node is the largest full tree there is room for. The two
prefixes keep anybody from passing an inner node off as a manifest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

LEAF: Final = b"\x00"
NODE: Final = b"\x01"
Step = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Tree:
    """``root`` is 64 hex digits, ``last`` the bytes it is the SHA-256 of; ``paths`` lie in the order of the hashes.

    A step is ``{"side": "left" or "right", "sha256"}``: what stands beside the way up, and on which side of it.
    """

    root: str
    last: bytes
    paths: list[list[dict[str, str]]]


def tree_of(hashes: Sequence[str]) -> Tree:
    """The tree over these SHA-256 hashes (hex). Raises ValueError for none at all."""
    if not hashes:
        raise ValueError("a tree has at least one leaf")
    paths: list[list[dict[str, str]]] = [[] for _ in hashes]
    last = _grow([LEAF + bytes.fromhex(each) for each in hashes], 0, paths)
    return Tree(hashlib.sha256(last).hexdigest(), last, paths)


def root_from(sha256: str, path: Sequence[Step]) -> str:
    """The root that a manifest's hash leads to by its path. Raises ValueError for what is no path."""
    at = hashlib.sha256(LEAF + bytes.fromhex(sha256)).digest()
    for step in path:
        beside = bytes.fromhex(step.get("sha256", ""))
        if len(beside) != 32 or step.get("side") not in ("left", "right"):
            raise ValueError("not a step of a path")
        at = hashlib.sha256(NODE + (beside + at if step["side"] == "left" else at + beside)).digest()
    return at.hex()


def _grow(leaves: list[bytes], first: int, paths: list[list[dict[str, str]]]) -> bytes:
    """What the top of the tree over ``leaves`` is the hash of; adds one step to the path of every leaf below it."""
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << (len(leaves) - 1).bit_length() - 1
    left = hashlib.sha256(_grow(leaves[:half], first, paths)).digest()
    right = hashlib.sha256(_grow(leaves[half:], first + half, paths)).digest()
    for number in range(first, first + len(leaves)):
        beside, side = (right, "right") if number < first + half else (left, "left")
        paths[number].append({"side": side, "sha256": beside.hex()})
    return NODE + left + right

"""The settings of the peer (drf_peer.py): the product's database and nothing of its way from socket to view."""

from harmtracker.settings import *  # noqa: F403

ROOT_URLCONF = "bench.drf_peer"
MIDDLEWARE: list[str] = []

"""A double click, or two people at the same moment: what is handed in twice is held once."""

import threading

import pytest
from django.db import connection

from sources.intake import hand_in_link, hand_in_text
from sources.models import Source
from tests.factories import analyst

pytestmark = pytest.mark.django_db(transaction=True)
LINK = {"address": "https://news.example/once", "visit_policy": "do_not_contact"}


@pytest.mark.parametrize(("take", "given"), [(hand_in_link, LINK), (hand_in_text, {"text": "The very same words."})])
def test_the_same_thing_handed_in_at_once_by_several_is_one_source(take, given):
    people = [analyst() for _each in range(4)]
    ready = threading.Barrier(len(people), timeout=60)
    held = []

    def hand_in(person):
        try:
            ready.wait()
            held.append(take(by=person, **given).is_held)
        finally:
            connection.close()

    threads = [threading.Thread(target=hand_in, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert Source.objects.count() == 1
    assert sorted(held) == [False, True, True, True]

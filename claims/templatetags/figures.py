"""Template tags of figures.

{% load figures %}
{{ 1964|grouped }}                 a number of persons, its thousands set apart
{{ total|numbers }}                "20 to 30", "at least 20": anything with low and high, and at_least where it has one
{{ counted|as_of_words }}          the date a figure counts up to, in words
{{ statement|said_words }}         the date a statement was said, in words
"""

from typing import Any

from django import template

from harmtracker import wording

register = template.Library()
register.filter("grouped", wording.grouped)


@register.filter
def numbers(given: Any) -> str:
    """The range of whatever has ends."""
    return wording.range_words(given.low, given.high, getattr(given, "at_least", False))


@register.filter
def as_of_words(counted: Any) -> str:
    """The date up to which a figure counts."""
    return wording.date_words(counted.figure.as_of, counted.figure.as_of_precision)


@register.filter
def said_words(statement: Any) -> str:
    """The date on which it was said, as reported."""
    return wording.date_words(statement.said, statement.said_precision)

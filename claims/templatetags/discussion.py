"""The way from a record to what is said about it.

{% load discussion %}
{% discussion_of record user %}       address of its discussion, "" for who may not read that
{% url_of record "assign" %}          address of one of the record's pages
"""

from typing import Any

from django import template

from claims.queries import conversation

register = template.Library()


register.simple_tag(conversation.discussion_of)


@register.simple_tag
def url_of(record: Any, page: str) -> str:
    """The address of one of the record's pages: discussion, assign."""
    return conversation.page_of(record.ref, page)

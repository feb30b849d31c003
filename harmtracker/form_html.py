"""The controls of forms as HTML, written in Python.

Django renders each control and each of its options from templates that include one another: on a sheet with a hundred
choices that is half of the time the server works. The HTML is the same; anything not named here is left to Django.
"""

from collections.abc import Callable
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

FOLDER = "django/forms/widgets/"


class Renderer(DjangoTemplates):
    """Django's own, but for the plain controls. Setting FORM_RENDERER names it."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        write = WRITTEN.get(template_name)
        if write is None or context["widget"].get("wrap_label"):
            return str(super().render(template_name, context, request))
        return write(context["widget"])


def attributes(given: dict[str, Any]) -> SafeString:
    """Attributes with a space before each: True stands as a bare name, False not at all."""
    return format_html_join(
        "",
        "{}",
        (
            (format_html(" {}", name) if value is True else format_html(' {}="{}"', name, value),)
            for name, value in given.items()
            if value is not False
        ),
    )


def _input(widget: dict[str, Any]) -> SafeString:
    value = widget["value"]
    said = "" if value is None else format_html(' value="{}"', value)
    return format_html('<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], said,
                       attributes(widget["attrs"]))  # fmt: skip


def _textarea(widget: dict[str, Any]) -> SafeString:
    # The line break after the tag is not part of the value, so that a value that begins with one keeps it.
    return format_html(
        '<textarea name="{}"{}>\n{}</textarea>', widget["name"], attributes(widget["attrs"]), widget["value"] or ""
    )


def _select(widget: dict[str, Any]) -> SafeString:
    inside = format_html_join("\n", "{}", ((_group(name, options),) for name, options, _at in widget["optgroups"]))
    return format_html('<select name="{}"{}>\n{}\n</select>', widget["name"], attributes(widget["attrs"]), inside)


def _group(name: str | None, options: list[dict[str, Any]]) -> SafeString:
    shown = format_html_join(
        "\n",
        '<option value="{}"{}>{}</option>',
        ((option["value"], attributes(option["attrs"]), option["label"]) for option in options),
    )
    return format_html('<optgroup label="{}">\n{}\n</optgroup>', name, shown) if name else shown


WRITTEN: dict[str, Callable[[dict[str, Any]], SafeString]] = {
    f"{FOLDER}select.html": _select,
    f"{FOLDER}textarea.html": _textarea,
} | {
    f"{FOLDER}{name}.html": _input
    for name in ("text", "hidden", "number", "password", "email", "url", "checkbox", "radio_option", "checkbox_option")
}

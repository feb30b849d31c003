"""The OpenAPI description, for machines and as a page of our own: no script, no style but ours, no other host."""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from claims.api.answers import KeepsPerson

COMPONENTS = "#/components/schemas/"


@lru_cache(maxsize=1)
def description() -> dict[str, Any]:
    """The OpenAPI 3.1 document, made once for each process. Must not be changed by who reads it."""
    schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return schema


class Schema(KeepsPerson):
    """The description as YAML. It needs no token: it says what may be asked, not what there is."""

    authentication_classes = []
    permission_classes = []

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        content = OpenApiYamlRenderer().render(description())  # type: ignore[no-untyped-call]
        return HttpResponse(content, content_type="application/vnd.oai.openapi; charset=utf-8")


class ObjectSchema(KeepsPerson):
    """JSON Schema (2020-12) of one kind of object, complete in itself. It needs no token either."""

    authentication_classes = []
    permission_classes = []

    @extend_schema(exclude=True)
    def get(self, request: Request, name: str) -> HttpResponse:
        shape = json_schema(name)
        if shape is None:
            raise Http404
        return HttpResponse(json.dumps(shape, indent=1), content_type="application/schema+json")


def json_schema(name: str) -> dict[str, Any] | None:
    """The schema of an object by its name in the description (``Incident``), with all it refers to; None if unknown."""
    shapes = description()["components"]["schemas"]
    if name not in shapes:
        return None
    needed: dict[str, Any] = {}
    waiting = [name]
    while waiting:
        each = waiting.pop()
        if each not in needed:
            text = json.dumps(shapes[each])
            needed[each] = json.loads(text.replace(COMPONENTS, "#/$defs/"))
            waiting += re.findall(rf"{COMPONENTS}(\w+)", text)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$ref": f"#/$defs/{name}",
        "$defs": {each: needed[each] for each in sorted(needed)},
    }


@csrf_exempt  # a POST is answered with 405, whoever sends it
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The description as a page for people."""
    schema = description()
    context = {"api": schema["info"], "operations": list(_operations(schema)), "objects": list(_objects(schema))}
    return render(request, "claims/api_docs.html", context)


def _operations(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield {
                "method": method.upper(),
                "path": path,
                "name": operation["operationId"],
                "summary": operation["summary"],
                "text": operation.get("description", ""),
                "parameters": [each | {"type": _type(each["schema"])} for each in operation.get("parameters", [])]
                + list(_members(operation)),
                "answers": [_answer(status, answer) for status, answer in operation["responses"].items()],
            }


def _members(operation: dict[str, Any]) -> Iterator[dict[str, str]]:
    """What is sent in the body, where anything is."""
    for content in operation.get("requestBody", {}).get("content", {}).values():
        for name, part in content["schema"]["properties"].items():
            yield {"name": name, "in": "body", "type": _type(part), "description": part["description"]}


def _answer(status: str, answer: dict[str, Any]) -> dict[str, str]:
    shapes = [_type(content["schema"]) for content in answer.get("content", {}).values()]
    return {"status": status, "text": answer.get("description", ""), "object": shapes[0] if shapes else ""}


def _objects(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name, shape in schema["components"]["schemas"].items():
        required = shape.get("required", [])
        yield {
            "name": name,
            "text": shape.get("description", ""),
            "fields": [
                {"name": field, "type": _type(part), "text": part.get("description", ""), "always": field in required}
                for field, part in shape.get("properties", {}).items()
            ],
        }


def _type(shape: dict[str, Any]) -> str:
    """A schema in a few words: `text or null`, `list of Party`."""
    if "$ref" in shape:
        return str(shape["$ref"]).removeprefix(COMPONENTS)
    for several in ("allOf", "oneOf", "anyOf"):
        if several in shape:
            return " or ".join(_type(each) for each in shape[several])
    kind = shape.get("type", "")
    if kind == "array":
        return f"list of {_type(shape['items'])}"
    if isinstance(kind, list):
        return " or ".join(_type(shape | {"type": each}) for each in kind)
    return f"{kind} ({shape['format']})" if "format" in shape and kind != "null" else str(kind)

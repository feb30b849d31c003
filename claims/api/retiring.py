"""Saying in good time that an address will be no more (RFC 9745 and RFC 8594). None retires at present."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.utils.http import http_date


@dataclass(frozen=True)
class Retiring:
    """An address that is deprecated ``since`` a moment and answers ``until`` another; ``instead`` is what to use."""

    since: datetime
    until: datetime
    instead: str

    def tell(self, response: HttpResponse) -> None:
        """Put it into the headers of an answer, beside the links that are there."""
        response["Deprecation"] = f"@{int(self.since.timestamp())}"
        response["Sunset"] = http_date(self.until.timestamp())
        links = [response.headers.get("Link", ""), f'<{self.instead}>; rel="successor-version"']
        response["Link"] = ", ".join(link for link in links if link)

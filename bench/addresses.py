"""Which pages are measured: lists full and narrowed, the largest, a middling and the smallest of each record."""

from datetime import UTC, datetime

from django.db.models import Count, QuerySet
from django.test import Client

from bench.pages import Asked
from claims.actions.partner import create_partner, issue_token
from claims.models import Incident, Statement
from claims.release.make import release_incident
from claims.release.scopes import SCOPES
from harmtracker.markings import STOPS_RELEASE
from harmtracker.models import User
from sources.models import Party, Source

RELEASED = 60


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def addresses(*, api: bool) -> list[Asked]:
    """Every page as an editor sees it, and the partner's pull; ``api`` releases records first, through the action."""
    editor = User.objects.get(username="editor1")
    client = signed_in(editor)
    pages = [(label, path) for label, path in _lists() + _records(editor)]
    asked = [Asked(label, path, client) for label, path in pages]
    if api:
        asked += _export(editor)
    return asked


def _lists() -> list[tuple[str, str]]:
    rare = Party.objects.annotate(n=Count("statements")).filter(n__gte=1).order_by("n", "id")[0]
    return [
        ("incidents", "/"),
        ("incidents, verified", "/?finding=verified"),
        ("incidents, unanswered", "/?answered=unanswered"),
        ("statements", "/statements/"),
        ("statements, denials", "/statements/?kind=denial"),
        ("statements, rare kind and finding", "/statements/?kind=retraction&finding=withdrawn"),
        ("statements of the most quoted party", f"/statements/?party={_by_statements()[0].ref}"),
        ("statements of a party with few", f"/statements/?party={rare.ref}"),
        ("sources", "/sources/"),
        ("parties", "/parties/"),
        ("review", "/review/"),
    ]


def _records(editor: User) -> list[tuple[str, str]]:
    incidents = list(Incident.objects.visible_to(editor).annotate(n=Count("spoken_of")).order_by("-n", "id"))
    sources = Source.objects.visible_to(editor).annotate(n=Count("renderings")).order_by("-n", "id")
    count = sources.count()
    parties = _by_statements()
    statement = Statement.objects.visible_to(editor).annotate(n=Count("links_in")).order_by("-n", "id")[0]
    middle = incidents[len(incidents) // 2]
    return [
        (f"incident, the largest: {incidents[0].n} statements", f"/incidents/{incidents[0].ref}/"),
        (f"incident, a middling one: {middle.n}", f"/incidents/{middle.ref}/"),
        (f"incident, the smallest: {incidents[-1].n}", f"/incidents/{incidents[-1].ref}/"),
        ("incident, the largest: the second part of its ledger", f"/incidents/{incidents[0].ref}/?part=2"),
        *_sheets(middle, editor),
        (f"statement, the most linked: {statement.n} links", f"/statements/{statement.ref}/"),
        (f"source, the most quoted: {sources[0].n} quotations", f"/sources/{sources[0].ref}/"),
        ("source, a middling one", f"/sources/{sources[count // 2].ref}/"),
        (f"party, the most quoted: {parties[0].n} statements", f"/parties/{parties[0].ref}/"),
        ("party, a middling one", f"/parties/{parties[len(parties) // 2].ref}/"),
    ]


def _sheets(incident: Incident, editor: User) -> list[tuple[str, str]]:
    """The forms of a middling incident, of its first allegation and of the text that one stands in."""
    claim = Statement.objects.visible_to(editor).filter(incidents=incident, kind="allegation").order_by("id")[0]
    capture = claim.renderings.exclude(capture=None).order_by("id")[0].capture
    return [
        ("incident: propose a finding", f"/incidents/{incident.ref}/assess/"),
        ("incident: release", f"/incidents/{incident.ref}/release/"),
        ("statement: answer", f"/statements/{claim.ref}/answer/?incident={incident.ref}"),
        ("statement: release", f"/statements/{claim.ref}/release/"),
        ("statement form beside the text", f"{capture.get_absolute_url()}log/"),
    ]


def _by_statements() -> QuerySet[Party]:
    return Party.objects.annotate(n=Count("statements")).order_by("-n", "id")


def _export(editor: User) -> list[Asked]:
    """Release what may be released, and pull it as a partner."""
    ready = Incident.objects.filter(workflow="approved", tlp__in=["GREEN", "AMBER"], team=None, releases=None)
    ready = ready.exclude(handling__overlap=[str(flag) for flag in STOPS_RELEASE])
    for incident in ready.order_by("-created_at")[: max(0, RELEASED - Incident.objects.exclude(releases=None).count())]:
        said = incident.statements.filter(
            workflow="approved", tlp__in=["GREEN", "AMBER"], team=None, lifecycle="current", releases=None
        )
        release_incident(
            incident=incident,
            expected_version=incident.version,
            by=editor,
            statements=list(said.order_by("created_at")[:5]),
            confirmed_unassessed=True,
        )
    admin = User.objects.get(username="admin1")
    partner = create_partner(name=f"Partner of {datetime.now(UTC):%Y-%m-%d %H:%M:%S}", by=admin, ceiling="AMBER")
    _token, secret = issue_token(partner=partner, scopes=list(SCOPES), ceiling="AMBER", by=admin)
    headers = {"Authorization": f"Bearer {secret}"}
    key = Incident.objects.exclude(releases=None).order_by("-created_at")[0].pk
    return [
        Asked(f"export: {label}", f"/api/v1/{path}", Client(), headers)
        for label, path in (
            ("incidents", "incidents/"),
            ("statements", "statements/"),
            ("one incident with all that belongs to it", f"incidents/{key}/bundle/"),
        )
    ]

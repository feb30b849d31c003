"""Entering the first case, once: people, pages, records, findings, release, and a partner's key."""

from pathlib import Path
from urllib.parse import urlsplit

from claims.actions.partner import create_partner, issue_token
from claims.demo import site
from claims.demo.accounts import Cast, account_lines, ensure_people
from claims.demo.bucha import enter_bucha
from claims.demo.captures import Pages, capture_pages
from claims.demo.case import Setting
from claims.demo.cast import add_parties, add_places
from claims.demo.judgement import judge
from claims.demo.mariupol import enter_mariupol
from claims.demo.talk import talk
from claims.models import Incident, Partner, PartnerToken
from harmtracker import audit
from harmtracker.markings import Tlp
from harmtracker.secrets_file import read_secrets, write_secrets
from sources.catalogue import SourceFields, describe_source
from sources.models import Party
from sources.models.source import SourceKind

PARTNER = "Archive of Testimony (demonstration)"
# The name under which the token lies in the secrets file.
PARTNER_SECRET = "DEMO_PARTNER_TOKEN"  # noqa: S105  # nosec B105
PARTNER_DAYS = 365
SCOPES_GIVEN = ("incidents:read", "statements:read", "changes:read", "figures:read", "notes:read")


def load(secrets_file: Path, site_address: str, web_address: str) -> list[str]:
    """See ``claims.demo.load_once``."""
    address = site_address.rstrip("/")
    cast = ensure_people(secrets_file)
    # The accounts are told only after the case is in, so whatever the analyst made shows that it is.
    if not Incident.objects.filter(created_by=cast.analyst).exists():
        with site.served(urlsplit(address).port or 80):
            pages = capture_pages(address, cast)
        with audit.recording():
            _enter(cast, pages)
    token = _ensure_partner(secrets_file, cast)
    return [
        "Accounts (name, first password, role):",
        *account_lines(secrets_file),
        "",
        "What a partner pulls, with its key:",
        f"  curl -H 'Authorization: Bearer {token}' {web_address}api/v1/incidents/",
        "",
        *_to_try(address),
    ]


def _enter(cast: Cast, pages: Pages) -> None:
    """Everything after the captures, in one transaction: half a case is never left behind."""
    parties = add_parties(cast.analyst)
    case = Setting(cast, parties, add_places(cast.analyst), pages)
    _describe_sources(case)
    bucha = enter_bucha(case)
    mariupol = enter_mariupol(case)
    judge(case, bucha, mariupol)
    talk(case, bucha)


def _describe_sources(case: Setting) -> None:
    pages, meridian = case.pages, case.parties["meridian"]
    told: list[tuple[str, Party, str]] = [
        ("report", meridian, SourceKind.ARTICLE),
        ("copy", case.parties["northline"], SourceKind.ARTICLE),
        ("ministry", case.parties["channel"], SourceKind.OFFICIAL_POST),
        ("transcript", meridian, SourceKind.BROADCAST),
        ("hospital", meridian, SourceKind.ARTICLE),
        ("digest", meridian, SourceKind.ARTICLE),
    ]
    for page, publisher, kind in told:
        source = getattr(pages, page).source
        source.refresh_from_db()
        given = SourceFields(source.title, kind, publisher, source.lang, source.published)
        describe_source(source=source, given=given, expected_version=source.version, by=case.cast.analyst)


def _ensure_partner(secrets_file: Path, cast: Cast) -> str:
    """The partner's token, kept beside the passwords; another one when the file was lost or the token has ended."""
    kept = read_secrets(secrets_file)
    token = kept.get(PARTNER_SECRET, "")
    if token and PartnerToken.objects.filter(public_id=token.split("_")[1]).exists():
        return token
    partner = Partner.objects.filter(name=PARTNER).first()
    if partner is None:
        partner = create_partner(name=PARTNER, by=cast.admin, contact="archive@partner.example", ceiling=Tlp.GREEN)
    _row, token = issue_token(
        partner=partner,
        scopes=SCOPES_GIVEN,
        ceiling=Tlp.GREEN,
        by=cast.admin,
        networks=["127.0.0.0/8"],
        days=PARTNER_DAYS,
    )
    write_secrets(kept | {PARTNER_SECRET: token}, secrets_file)
    return token


def _to_try(address: str) -> list[str]:
    return [
        "To try:",
        f"  1. Sign in as daniel and paste {address}{site.UNLOGGED} into Log; see it captured.",
        "  2. Select words in the text and log who said them; choose what they answer.",
        "  3. Open the Bucha incident: who accuses, who denies, what nobody could confirm; propose a finding.",
        "  4. Sign in as mira: decide on the proposal, approve the statement, release it.",
        "  5. Pull it with the partner's key; sign in as ana to see what a viewer sees.",
        f"  All pages of the demonstration site, some of which fail: {address}/",
    ]

"""The killings in Bucha: the first twelve rows of the case, the outside note, the request, and the counts given."""

from dataclasses import dataclass
from datetime import UTC, datetime

from claims.actions.comment_request import add_outcome, log_request
from claims.actions.figure import FigureFields, add_figure
from claims.actions.incident import IncidentFields, create_incident
from claims.actions.media_item import create_media_item
from claims.actions.note import add_note
from claims.actions.statement import Accused, StatementFields
from claims.demo.case import Setting, quoted, summed_up, translated
from claims.models import Incident, MediaItem, OutsideNote, Statement
from claims.models.comment_request import RequestOutcome
from claims.models.figure import CasualtyOutcome, Population
from claims.models.incident import Harm, Means
from claims.models.link import Aspect, LinkType
from claims.models.place import PlacePrecision
from claims.models.statement import Checkability, HowKnown, ResponsibilityPosition, SpokenAs, StatementKind
from harmtracker.markings import Flag, Tlp

KYIV, MOSCOW, NEW_YORK = "Europe/Kyiv", "Europe/Moscow", "America/New_York"
DAY = "2022-04-03"


@dataclass(frozen=True)
class Bucha:
    """The incident with its rows by number, the counts by who gave them, and what is not for everyone."""

    incident: Incident
    video: MediaItem
    rows: dict[int, Statement]
    counts: dict[str, Statement]
    not_public: list[Statement]
    note: OutsideNote


def enter_bucha(case: Setting) -> Bucha:
    """Enter the incident and everything said about it, as the analyst."""
    by = case.cast.analyst
    incident = create_incident(
        given=IncidentFields(
            title="Killings of civilians in Bucha",
            summary="Pictures of the dead on the streets of Bucha were published after Russian forces left the town.",
            occurred="2022-02-27/2022-03-30~",
            place=case.places.bucha,
            place_as_reported="Bucha, north-west of Kyiv; in a copy also Bukha and Bouha",
            place_precision=PlacePrecision.SETTLEMENT,
            harm=[Harm.KILLING],
            means=Means.UNKNOWN,
        ),
        by=by,
        tlp=Tlp.CLEAR,
    )
    video = create_media_item(
        by=by,
        description="Video filmed from a moving car on a street in Bucha",
        first_seen="2022-04-02",
        handling=[Flag.GRAPHIC],
        source=case.pages.report.source,
        tlp=Tlp.GREEN,
    )
    rows = _accusers(case, incident) | _judges(case, incident) | _ministry(case, incident, video)
    _tie(case, rows)
    note = _note_and_request(case, incident, rows[1])
    return Bucha(incident, video, rows, _counts(case, incident), _not_public(case, incident, video), note)


def _accusers(case: Setting, incident: Incident) -> dict[int, Statement]:
    """Rows 1 to 3: who accuses, names and announces help."""
    report, parties = case.pages.report, case.parties
    pictures = "civilian bodies on the streets of Bucha after Russian forces withdrew"
    return {
        1: case.log(
            StatementFields(
                StatementKind.ALLEGATION, parties["cnn"], spoken_as=SpokenAs.JOURNALIST, said=DAY, said_zone=KYIV,
                said_in="Report, from pictures", checkability=Checkability.FACTUAL, names_nobody=False,
                how_known=HowKnown.VIA_THIRD_PARTY,
            ),
            summed_up(report, pictures, pictures),
            incident,
            accuses=[Accused(parties["russian_forces"], "alleged executions of civilians")],
            tlp=Tlp.CLEAR,
        ),
        2: case.log(
            StatementFields(
                StatementKind.CHARACTERIZATION, parties["zelensky"], on_behalf_of=parties["ukraine"],
                spoken_as=SpokenAs.HEAD_OF_STATE, role_words="President of Ukraine", said=DAY, said_zone=NEW_YORK,
                said_in="CBS News, “Face the Nation”", checkability=Checkability.LEGAL_CHARACTERIZATION,
            ),
            translated(case.pages.transcript, "Indeed. This is genocide."),
            incident,
            translated(case.pages.copy, "Indeed. This is genocide."),
            tlp=Tlp.CLEAR,
        ),
        3: case.log(
            StatementFields(
                StatementKind.ANNOUNCEMENT, parties["blinken"], on_behalf_of=parties["state_department"],
                spoken_as=SpokenAs.MINISTER, role_words="US Secretary of State", said=DAY, said_zone=NEW_YORK,
                checkability=Checkability.COMMITMENT,
            ),
            summed_up(
                report, "The State Department would help document any atrocities",
                "announced on the same day that the State Department would help document any atrocities",
            ),
            incident,
        ),
    }  # fmt: skip


def _judges(case: Setting, incident: Incident) -> dict[int, Statement]:
    """Rows 4 to 6: who condemns and investigates."""
    report, parties = case.pages.report, case.parties
    return {
        4: case.log(
            _stoltenberg(case, StatementKind.CONDEMNATION),
            quoted(report, "a brutality"),
            incident,
            translated(case.pages.copy, "barbaric"),
        ),
        5: case.log(
            _stoltenberg(case, StatementKind.ENDORSEMENT),
            quoted(report, "I strongly welcome"),
            incident,
            translated(case.pages.copy, "I warmly welcome"),
        ),
        6: case.log(
            StatementFields(
                StatementKind.ANNOUNCEMENT, parties["icc"], spoken_as=SpokenAs.IGO_OFFICIAL,
                how_known=HowKnown.VIA_THIRD_PARTY, said="2022-03-02", checkability=Checkability.FACTUAL,
            ),
            summed_up(
                report, "It opened an investigation into war crimes in Ukraine",
                "opened an investigation into war crimes in Ukraine",
            ),
            incident,
        ),
    }  # fmt: skip


def _stoltenberg(case: Setting, kind: str) -> StatementFields:
    return StatementFields(
        kind, case.parties["stoltenberg"], on_behalf_of=case.parties["nato"], spoken_as=SpokenAs.IGO_OFFICIAL,
        role_words="Secretary General of NATO", said=DAY, said_zone="Europe/Brussels",
        checkability=Checkability.OPINION,
    )  # fmt: skip


def _ministry(case: Setting, incident: Incident, video: MediaItem) -> dict[int, Statement]:
    """Rows 7 to 12: what the Russian ministry answered. Words known only from the copy are its publisher's."""
    report, copy, post = case.pages.report, case.pages.copy, case.pages.ministry
    denial = "ни один местный житель не пострадал от каких-либо насильственных действий"
    aid = "452 tons of humanitarian aid in the Kiev region"
    brought = "brought 452 tons of humanitarian aid to the Kiev region"
    return {
        7: case.log(
            _by_ministry(case, StatementKind.AUTHENTICITY_CLAIM, video=video),
            translated(copy, "fake", within="The extensive video is “fake”"),
            incident,
        ),
        8: case.log(
            _by_ministry(case, StatementKind.DENIAL, denies=True),
            quoted(post, denial, lang="ru"),
            incident,
            translated(report, "not a single local resident suffered from any violent actions"),
            translated(copy, "no locals were subjected to violence"),
            tlp=Tlp.CLEAR,
        ),
        9: case.log(
            _by_ministry(case, StatementKind.HUMANITARIAN_CLAIM),
            summed_up(report, aid, brought),
            incident,
            quoted(post, "452 тонны гуманитарной помощи", lang="ru"),
        ),
        10: case.log(
            _by_ministry(case, StatementKind.MOTIVE_CLAIM, checkability=Checkability.OPINION),
            translated(copy, "like a planned media campaign"),
            incident,
        ),
        11: case.log(
            _by_ministry(case, StatementKind.MOVEMENT_CLAIM),
            summed_up(report, "Its troops left on 30 March", "its troops left the town on 30 March"),
            incident,
        ),
        12: case.log(
            _by_ministry(case, StatementKind.AUTHENTICITY_CLAIM, video=video),
            translated(copy, "only confirms the fake"),
            incident,
        ),
    }


def _by_ministry(
    case: Setting,
    kind: str,
    *,
    video: MediaItem | None = None,
    denies: bool = False,
    checkability: str = Checkability.FACTUAL,
) -> StatementFields:
    """Words of the ministry; what it says of the video denies the act as its denial does."""
    return StatementFields(
        kind,
        case.parties["russian_mod"],
        spoken_as=SpokenAs.OFFICIAL_CHANNEL,
        how_known=HowKnown.OFFICIAL_PUBLICATION,
        said=DAY,
        said_zone=MOSCOW,
        media_item=video,
        responsibility_position=ResponsibilityPosition.DENIES_ACT if denies or video else None,
        checkability=checkability,
    )


def _tie(case: Setting, rows: dict[int, Statement]) -> None:
    case.link(
        rows[2], LinkType.SUPPORTS, rows[1], Aspect.LEGAL_CHARACTER,
        reason="He was asked about the same pictures; his answer names the act without adding evidence.",
    )  # fmt: skip
    case.link(rows[5], LinkType.SUPPORTS, rows[6], Aspect.OTHER)
    case.link(rows[7], LinkType.DENIES, rows[1], Aspect.MEDIA_AUTHENTICITY)
    case.link(rows[8], LinkType.DENIES, rows[1], Aspect.OCCURRENCE)
    case.link(rows[10], LinkType.SUPPORTS, rows[7], Aspect.MEDIA_AUTHENTICITY)
    case.link(rows[12], LinkType.SUPPORTS, rows[7], Aspect.MEDIA_AUTHENTICITY)


def _note_and_request(case: Setting, incident: Incident, allegation: Statement) -> OutsideNote:
    """Rows 16 and 17: what CNN could not confirm, and that it had asked."""
    by, report, cnn = case.cast.analyst, case.pages.report, case.parties["cnn"]
    note = add_note(
        party=cnn,
        incident=incident,
        capture=report,
        exact="could not independently confirm the details of the men's deaths",
        aspect=Aspect.VICTIMS,
        lang="en",
        by=by,
        tlp=Tlp.GREEN,
    )
    request = log_request(
        asked_by=cnn,
        party=case.parties["russian_mod"],
        incident=incident,
        statement=allegation,
        question="Comment on the alleged executions of civilians.",
        asked="[2022-04-02..2022-04-03]",
        source=report.source,
        by=by,
        tlp=Tlp.GREEN,
    )
    add_outcome(
        request=request,
        outcome=RequestOutcome.AWAITING_REPLY,
        happened_at=datetime(2022, 4, 3, 18, 40, tzinfo=UTC),
        words="No answer had come when the report was published.",
        by=by,
    )
    return note


def _counts(case: Setting, incident: Incident) -> dict[str, Statement]:
    """Numbers others gave. Their areas differ, so they do not add up."""
    by, digest, parties = case.cast.analyst, case.pages.digest, case.parties
    region = case.log(
        StatementFields(
            StatementKind.CASUALTY_FIGURE, parties["prosecutor"], on_behalf_of=parties["ukraine"], said=DAY,
            said_zone=KYIV, checkability=Checkability.FACTUAL,
        ),
        summed_up(
            digest, "410 bodies of civilians were recovered in the Kyiv region",
            "410 bodies of civilians recovered in the Kyiv region",
        ),
        incident,
    )  # fmt: skip
    add_figure(
        statement=region,
        incident=incident,
        given=FigureFields(
            outcome=CasualtyOutcome.BODIES_FOUND, best=410, words="410", population=Population.CIVILIAN,
            area="Kyiv region", is_incident_area=False, as_of=DAY,
        ),
        by=by,
    )  # fmt: skip
    town = case.log(
        StatementFields(
            StatementKind.FINDING, parties["ohchr"], spoken_as=SpokenAs.IGO_OFFICIAL, said="2022-12-07",
            said_zone="Europe/Zurich", how_known=HowKnown.OFFICIAL_PUBLICATION, checkability=Checkability.FACTUAL,
        ),
        summed_up(
            digest, "73 unlawful killings of civilians documented in Bucha, 105 more being examined",
            "73 unlawful killings of civilians documented in Bucha, and 105 more being examined",
        ),
        incident,
    )  # fmt: skip
    add_figure(
        statement=town,
        incident=incident,
        given=FigureFields(
            outcome=CasualtyOutcome.KILLED, least=73, words="73 documented, 105 more being examined",
            population=Population.CIVILIAN, as_of="2022-12-07",
        ),
        by=by,
    )  # fmt: skip
    return {"prosecutor": region, "ohchr": town}


def _not_public(case: Setting, incident: Incident, video: MediaItem) -> list[Statement]:
    """Two records to show marking: one AMBER, which a viewer does not see, and one for a team alone."""
    digest, parties = case.pages.digest, case.parties
    seen = case.log(
        StatementFields(
            StatementKind.CASUALTY_FIGURE, parties["afp"], spoken_as=SpokenAs.JOURNALIST, said="2022-04-02",
            said_zone=KYIV, checkability=Checkability.FACTUAL,
        ),
        summed_up(digest, "At least 20 bodies on one street of Bucha", "at least 20 bodies on one street of Bucha"),
        incident,
        tlp=Tlp.AMBER,
    )  # fmt: skip
    add_figure(
        statement=seen,
        incident=incident,
        given=FigureFields(
            outcome=CasualtyOutcome.BODIES_FOUND, least=20, words="at least 20", population=Population.CIVILIAN,
            area="one street of Bucha", is_incident_area=False, as_of="2022-04-02",
        ),
        by=case.cast.analyst,
    )  # fmt: skip
    later = case.log(
        StatementFields(
            StatementKind.AUTHENTICITY_CLAIM, parties["lavrov"], on_behalf_of=parties["russia"],
            spoken_as=SpokenAs.MINISTER, role_words="Minister of Foreign Affairs", said="2022-04-04", said_zone=MOSCOW,
            media_item=video, responsibility_position=ResponsibilityPosition.DENIES_ACT,
            checkability=Checkability.FACTUAL,
        ),
        translated(digest, "fake attack"),
        incident,
        tlp=Tlp.AMBER,
        team=case.cast.team,
    )  # fmt: skip
    return [seen, later]

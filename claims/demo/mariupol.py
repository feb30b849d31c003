"""The strike on the maternity hospital in Mariupol: rows 13 to 15 and the counts given for it."""

from dataclasses import dataclass

from claims.actions.figure import FigureFields, add_figure
from claims.actions.incident import IncidentFields, create_incident
from claims.actions.media_item import create_media_item
from claims.actions.statement import Accused, StatementFields
from claims.demo.case import Setting, summed_up
from claims.models import Incident, MediaItem, Statement
from claims.models.figure import CasualtyOutcome
from claims.models.incident import Harm, Means
from claims.models.link import Aspect, LinkType
from claims.models.media_item import MediaKind
from claims.models.statement import Checkability, HowKnown, ResponsibilityPosition, SpokenAs, StatementKind
from harmtracker.markings import Flag, Tlp

KYIV = "Europe/Kyiv"
DAY = "2022-03-10"


@dataclass(frozen=True)
class Mariupol:
    """The incident with its rows by number, the counts by who gave them, and the photographs."""

    incident: Incident
    photographs: MediaItem
    rows: dict[int, Statement]
    counts: dict[str, Statement]


def enter_mariupol(case: Setting) -> Mariupol:
    """Enter the incident and everything said about it, as the analyst."""
    incident = create_incident(
        given=IncidentFields(
            title="Strike on the maternity hospital in Mariupol",
            summary="A maternity hospital in Mariupol was struck on 9 March 2022.",
            occurred="2022-03-09",
            place=case.places.mariupol,
            place_as_reported="a maternity hospital in Mariupol",
            harm=[Harm.KILLING, Harm.INJURY, Harm.DAMAGE_TO_HOSPITAL],
            means=Means.AIR_STRIKE,
        ),
        by=case.cast.analyst,
        tlp=Tlp.CLEAR,
    )
    photographs = create_media_item(
        by=case.cast.analyst,
        kind=MediaKind.SERIES,
        description="Photographs of an injured woman being led out of the hospital",
        first_seen="2022-03-09",
        handling=[Flag.GRAPHIC],
        source=case.pages.hospital.source,
        tlp=Tlp.GREEN,
    )
    rows = _rows(case, incident, photographs)
    case.link(rows[14], LinkType.DENIES, rows[13], Aspect.OCCURRENCE)
    case.link(rows[15], LinkType.DENIES, rows[13], Aspect.VICTIMS)
    return Mariupol(incident, photographs, rows, _counts(case, incident))


def _rows(case: Setting, incident: Incident, photographs: MediaItem) -> dict[int, Statement]:
    """Rows 13 to 15. Officials nobody tells apart are the state speaking, in the role the report gives them."""
    page, parties = case.pages.hospital, case.parties
    return {
        13: case.log(
            StatementFields(
                StatementKind.ALLEGATION, parties["cnn"], spoken_as=SpokenAs.JOURNALIST, said=DAY, said_zone=KYIV,
                how_known=HowKnown.VIA_THIRD_PARTY, checkability=Checkability.FACTUAL, names_nobody=False,
            ),
            summed_up(
                page, "The Russian air force bombed a maternity hospital on 9 March",
                "the Russian air force bombed a maternity hospital on 9 March",
            ),
            incident,
            accuses=[Accused(parties["russian_forces"], "the Russian air force")],
            tlp=Tlp.CLEAR,
        ),
        14: case.log(
            StatementFields(
                StatementKind.DENIAL, parties["russia"], role_words="Russian officials", said=DAY,
                said_zone="Europe/Moscow", how_known=HowKnown.VIA_THIRD_PARTY, checkability=Checkability.FACTUAL,
                spoken_as=SpokenAs.UNNAMED_OFFICIAL, responsibility_position=ResponsibilityPosition.DENIES_ACT,
            ),
            summed_up(
                page, "Russian officials tried to disprove it",
                "Russian officials tried to disprove the reports of the strike",
            ),
            incident,
            tlp=Tlp.CLEAR,
        ),
        15: case.log(
            StatementFields(
                StatementKind.AUTHENTICITY_CLAIM, parties["russian_diplomat"], on_behalf_of=parties["russia"],
                spoken_as=SpokenAs.DIPLOMAT, said=DAY, said_zone="Europe/Moscow", how_known=HowKnown.VIA_THIRD_PARTY,
                media_item=photographs, checkability=Checkability.FACTUAL,
            ),
            summed_up(
                page, "The bombed woman was not a real victim", "the woman in the photographs was not a real victim",
                paraphrase=True,
            ),
            incident,
        ),
    }  # fmt: skip


def _counts(case: Setting, incident: Incident) -> dict[str, Statement]:
    by, page, parties = case.cast.analyst, case.pages.hospital, case.parties
    council = case.log(
        StatementFields(
            StatementKind.CASUALTY_FIGURE, parties["mariupol_council"], spoken_as=SpokenAs.LOCAL_OFFICIAL, said=DAY,
            said_zone=KYIV, checkability=Checkability.FACTUAL,
        ),
        summed_up(page, "Three people had been killed, a child among them",
                  "three people had been killed, a child among them"),
        incident,
    )  # fmt: skip
    add_figure(
        statement=council,
        incident=incident,
        given=FigureFields(outcome=CasualtyOutcome.KILLED, best=3, words="three, a child among them", as_of=DAY),
        by=by,
    )
    governor = case.log(
        StatementFields(
            StatementKind.CASUALTY_FIGURE, parties["governor"], spoken_as=SpokenAs.LOCAL_OFFICIAL, said="2022-03-09",
            said_zone=KYIV, checkability=Checkability.FACTUAL,
        ),
        summed_up(page, "17 people were injured", "spoke of 17 people injured on the day of the strike"),
        incident,
    )  # fmt: skip
    add_figure(
        statement=governor,
        incident=incident,
        given=FigureFields(outcome=CasualtyOutcome.INJURED, best=17, words="17", as_of="2022-03-09"),
        by=by,
    )
    return {"council": council, "governor": governor}

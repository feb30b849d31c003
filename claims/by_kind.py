"""What follows from the kind of a statement, or from who speaks, when the form leaves it open.

Only what is so nearly always is filled in, and every one of these can be said otherwise in the form. Who speaks is
never guessed: a wrong speaker is the worst mistake this record can hold.
"""

from claims.models.link import Aspect, LinkType
from claims.models.statement import Checkability, SpokenAs, StatementKind
from sources.models.party import PartyKind

CHECKABILITY = {
    StatementKind.CHARACTERIZATION: Checkability.LEGAL_CHARACTERIZATION,
    StatementKind.MOTIVE_CLAIM: Checkability.OPINION,
    StatementKind.CONDEMNATION: Checkability.OPINION,
    StatementKind.ENDORSEMENT: Checkability.OPINION,
    StatementKind.APPEAL: Checkability.OPINION,
} | dict.fromkeys(
    (
        StatementKind.ALLEGATION, StatementKind.DENIAL, StatementKind.ACKNOWLEDGEMENT, StatementKind.CASUALTY_FIGURE,
        StatementKind.AUTHENTICITY_CLAIM, StatementKind.HUMANITARIAN_CLAIM, StatementKind.MOVEMENT_CLAIM,
        StatementKind.TESTIMONY, StatementKind.FINDING,
    ),
    Checkability.FACTUAL,
)  # fmt: skip
ASPECT = {
    StatementKind.AUTHENTICITY_CLAIM: Aspect.MEDIA_AUTHENTICITY,
    StatementKind.CHARACTERIZATION: Aspect.LEGAL_CHARACTER,
}
LINK_TYPE = {StatementKind.DENIAL: LinkType.DENIES}
ROLE = {
    PartyKind.MEDIA: SpokenAs.JOURNALIST,
    PartyKind.IGO: SpokenAs.IGO_OFFICIAL,
    PartyKind.NGO: SpokenAs.NGO,
    PartyKind.WITNESS: SpokenAs.WITNESS,
}


def checkability_of(kind: str) -> str:
    """Whether words of this kind can be checked; ``unclear`` where the kind does not say."""
    return CHECKABILITY.get(StatementKind(kind), Checkability.UNCLEAR)


def aspect_of(kind: str) -> str:
    """The point on which words of this kind answer others."""
    return ASPECT.get(StatementKind(kind), Aspect.OCCURRENCE)


def link_type_of(kind: str) -> str:
    """How words of this kind answer others; empty where a person must say it."""
    return LINK_TYPE.get(StatementKind(kind), "")


def role_of(party_kind: str) -> str:
    """The role such a party speaks in where it is not said; ``other`` for persons and states, who have many."""
    return ROLE.get(PartyKind(party_kind), SpokenAs.OTHER)

"""Who speaks, who is accused, who publishes, and where it happened. Names stand in every script they are met in."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings

from claims.actions.party import affiliate, create_party
from claims.actions.place import create_place
from claims.models import Place
from claims.models.place import PlacePrecision
from harmtracker.models import User
from sources.models import Party
from sources.models.party import AffiliationKind, NameKind, PartyKind

LATN, OFFICIAL, SHORT = NameKind.TRANSLITERATION, NameKind.OFFICIAL, NameKind.SHORT
HOLDS, BELONGS, ACTS_FOR = AffiliationKind.HOLDS, AffiliationKind.BELONGS_TO, AffiliationKind.ACTS_FOR
Names = tuple[tuple[str, str, str], ...]

# key -> (name shown, kind, description, further names)
PARTIES: dict[str, tuple[str, str, str, Names]] = {
    "ukraine": ("Ukraine", PartyKind.STATE, "", (("Україна", "uk", OFFICIAL), ("Украина", "ru", OFFICIAL))),
    "president": ("President of Ukraine", PartyKind.OFFICE, "", (("Президент України", "uk", OFFICIAL),)),
    "zelensky": ("Volodymyr Zelensky", PartyKind.PERSON, "President of Ukraine since May 2019", (
        ("Zelensky", "en", SHORT), ("Zelenskyy", "en", SHORT), ("Volodymyr Zelenskyy", "en", LATN),
        ("Володимир Зеленський", "uk", OFFICIAL), ("Зеленський", "uk", SHORT),
        ("Владимир Зеленский", "ru", OFFICIAL), ("Зеленский", "ru", SHORT))),
    "prosecutor": ("Prosecutor General of Ukraine", PartyKind.OFFICE, "",
                   (("Генеральний прокурор України", "uk", OFFICIAL),)),
    "mariupol_council": ("Mariupol City Council", PartyKind.STATE_BODY, "",
                         (("Маріупольська міська рада", "uk", OFFICIAL),)),
    "governor": ("Governor of the Donetsk region", PartyKind.OFFICE, "Head of the regional administration", ()),
    "russia": ("Russia", PartyKind.STATE, "Russian Federation", (
        ("Russian Federation", "en", OFFICIAL), ("Россия", "ru", SHORT), ("Росія", "uk", SHORT))),
    "russian_mod": ("Russian Ministry of Defence", PartyKind.STATE_BODY, "", (
        ("Russian MoD", "en", SHORT), ("Russian Defense Ministry", "en", OFFICIAL),
        ("Russian Ministry of Defense", "en", OFFICIAL), ("Минобороны России", "ru", SHORT),
        ("Министерство обороны Российской Федерации", "ru", OFFICIAL))),
    "russian_forces": ("Russian armed forces", PartyKind.ARMED_FORCE, "", (
        ("Russian forces", "en", SHORT), ("Вооружённые силы Российской Федерации", "ru", OFFICIAL))),
    "russian_mfa": ("Russian Ministry of Foreign Affairs", PartyKind.STATE_BODY, "",
                    (("МИД России", "ru", SHORT),)),
    "lavrov": ("Sergei Lavrov", PartyKind.PERSON, "Minister of Foreign Affairs of Russia", (
        ("Sergey Lavrov", "en", LATN), ("Сергей Лавров", "ru", OFFICIAL))),
    "russian_diplomat": ("A Russian diplomat", PartyKind.UNKNOWN, "Not named by the outlets that quote the words",
                         ()),
    "usa": ("United States", PartyKind.STATE, "", (("USA", "en", SHORT),)),
    "state_department": ("US State Department", PartyKind.STATE_BODY, "",
                         (("United States Department of State", "en", OFFICIAL),)),
    "secretary_of_state": ("US Secretary of State", PartyKind.OFFICE, "", ()),
    "blinken": ("Antony Blinken", PartyKind.PERSON, "US Secretary of State, January 2021 to January 2025", (
        ("Blinken", "en", SHORT), ("Anthony Blinken", "en", NameKind.AS_REPORTED))),
    "nato": ("NATO", PartyKind.IGO, "", (
        ("North Atlantic Treaty Organization", "en", OFFICIAL), ("НАТО", "uk", SHORT))),
    "nato_secretary": ("Secretary General of NATO", PartyKind.OFFICE, "", ()),
    "stoltenberg": ("Jens Stoltenberg", PartyKind.PERSON, "Secretary General of NATO, 2014 to 2024",
                    (("Stoltenberg", "en", SHORT),)),
    "icc": ("International Criminal Court", PartyKind.COURT, "", (
        ("ICC", "en", SHORT), ("Міжнародний кримінальний суд", "uk", OFFICIAL),
        ("Международный уголовный суд", "ru", OFFICIAL))),
    "ohchr": ("UN Human Rights Office", PartyKind.IGO, "", (("OHCHR", "en", SHORT),)),
    "cnn": ("CNN", PartyKind.MEDIA, "", (("Cable News Network", "en", OFFICIAL),)),
    "afp": ("AFP", PartyKind.MEDIA, "", (("Agence France-Presse", "fr", OFFICIAL),)),
    "meridian": ("Meridian Wire (demonstration)", PartyKind.MEDIA, "Invented outlet of the demonstration site", ()),
    "northline": ("Northline Courier (demonstration)", PartyKind.MEDIA, "Invented outlet of the demonstration site",
                  ()),
    "channel": ("Ministry channel (demonstration)", PartyKind.MEDIA, "Stand-in for the channel of a ministry", ()),
}  # fmt: skip

# (who, to what, how, from, until)
TIES: tuple[tuple[str, str, str, date | None, date | None], ...] = (
    ("zelensky", "president", HOLDS, date(2019, 5, 20), None),
    ("president", "ukraine", BELONGS, None, None),
    ("prosecutor", "ukraine", BELONGS, None, None),
    ("mariupol_council", "ukraine", BELONGS, None, None),
    ("governor", "ukraine", BELONGS, None, None),
    ("russian_mod", "russia", BELONGS, None, None),
    ("russian_forces", "russian_mod", BELONGS, None, None),
    ("russian_mfa", "russia", BELONGS, None, None),
    ("lavrov", "russian_mfa", ACTS_FOR, date(2004, 3, 9), None),
    ("russian_diplomat", "russian_mfa", BELONGS, None, None),
    ("blinken", "secretary_of_state", HOLDS, date(2021, 1, 26), date(2025, 1, 20)),
    ("secretary_of_state", "state_department", BELONGS, None, None),
    ("state_department", "usa", BELONGS, None, None),
    ("stoltenberg", "nato_secretary", HOLDS, date(2014, 10, 1), date(2024, 9, 30)),
    ("nato_secretary", "nato", BELONGS, None, None),
)


@dataclass(frozen=True)
class Places:
    """Where it happened."""

    bucha: Place
    mariupol: Place


def add_parties(by: User) -> dict[str, Party]:
    """Every party of the case under its key, with its ties; ``own`` is the house that uses the product."""
    parties = {
        key: create_party(by=by, name=name, kind=kind, description=description, names=names)
        for key, (name, kind, description, names) in PARTIES.items()
    }
    for who, body, kind, since, until in TIES:
        affiliate(party=parties[who], body=parties[body], kind=kind, by=by, since=since, until=until)
    own = Party.objects.filter(name=settings.HARMTRACKER_ORGANISATION).first()
    return parties | {"own": own or create_party(by=by, name=settings.HARMTRACKER_ORGANISATION, kind=PartyKind.NGO)}


def add_places(by: User) -> Places:
    """The two towns and the region, with their names as met in sources. Coordinates are of the town centres."""
    bucha = create_place(
        by=by, name="Bucha", names=(("Буча", "uk"), ("Butscha", "de"), ("Bukha", ""), ("Bouha", "")), country="UA",
        adm1_code="UA-32", adm1_name="Kyiv region", latitude=50.5436, longitude=30.2120,
    )  # fmt: skip
    mariupol = create_place(
        by=by, name="Mariupol", names=(("Маріуполь", "uk"), ("Мариуполь", "ru")), country="UA", adm1_code="UA-14",
        adm1_name="Donetsk region", latitude=47.0951, longitude=37.5414,
    )  # fmt: skip
    create_place(
        by=by, name="Kyiv region", names=(("Київська область", "uk"), ("Киевская область", "ru"), ("Kiev region", "")),
        precision=PlacePrecision.ADM1, country="UA", adm1_code="UA-32", adm1_name="Kyiv region",
    )  # fmt: skip
    return Places(bucha, mariupol)

"""The rows of the first case as an analyst takes them from a pasted text: which words, and what is said of them."""

from dataclasses import dataclass

BUCHA = "Bucha, from the re-translated copy"
HOSPITAL = "Mariupol maternity hospital, from the copy"
ARTICLE_DAY = "2022-04-03"
MINISTRY = "Russian Ministry of Defence"
DENIES_ACT = "Denies the act"
STREET_VIDEO = "Video filmed from a moving car on a street in Bucha"
PHOTOGRAPHS = "Photographs of an injured woman being led out of the hospital"
PUBLISHER = "Translation, by the publisher"
SUMMARY = "Summary, in my words"


@dataclass(frozen=True)
class Row:
    """One statement. ``exact`` stands in the pasted text; the rest are labels of the form, "" what it has already."""

    number: int
    exact: str
    speaker: str
    kind: str
    words_are: str = PUBLISHER
    summary: str = ""
    position: str = ""
    accuses: str = ""
    media: str = ""
    answers: int = 0
    how: str = ""
    point: str = ""
    role: str = ""
    said_in: str = ""
    known: str = ""
    new_incident: str = ""
    occurred: str = ""
    leaves_incident: str = ""
    said: str = ""
    marking: str = ""


# In the order in which they are logged: what is answered comes before what answers it.
ROWS = (
    Row(1, "civilian bodies", "CNN", "Allegation", SUMMARY,
        "civilian bodies on the streets of Bucha after Russian forces withdrew", accuses="Russian armed forces",
        new_incident=BUCHA, occurred="2022-03", said=ARTICLE_DAY, marking="TLP:GREEN"),
    Row(2, "Indeed. This is genocide", "Volodymyr Zelensky", "Characterization", answers=1, how="supports",
        role="Head of state", said_in="CBS News, “Face the Nation”"),
    Row(3, "would help document any atrocities", "Antony Blinken", "Announcement", SUMMARY,
        "The State Department would help document any atrocities", role="Minister"),
    Row(6, "investigation into war crimes in Ukraine", "International Criminal Court", "Announcement",
        SUMMARY, "It opened an investigation into war crimes in Ukraine", known="Via a third party"),
    Row(4, "barbaric", "Jens Stoltenberg", "Condemnation", role="Official of an international organisation"),
    Row(5, "I warmly welcome", "Jens Stoltenberg", "Endorsement", answers=6, how="supports", point="other"),
    Row(7, "fake", MINISTRY, "Authenticity claim", position=DENIES_ACT, media=STREET_VIDEO, answers=1, how="denies",
        role="Official channel"),
    Row(8, "no locals were subjected to violence", MINISTRY, "Denial", position=DENIES_ACT, answers=1),
    Row(9, "452 tons of humanitarian aid", MINISTRY, "Humanitarian claim"),
    Row(10, "like a planned media campaign", MINISTRY, "Motive claim", answers=7, how="supports",
        point="authenticity of media"),
    Row(11, "troops left", MINISTRY, "Movement claim", SUMMARY, "Its troops left on 30 March"),
    Row(12, "only confirms the fake", MINISTRY, "Authenticity claim", media=STREET_VIDEO, answers=7, how="supports"),
    Row(13, "bombed a maternity hospital", "CNN", "Allegation", SUMMARY,
        "The Russian air force bombed a maternity hospital on 9 March", accuses="Russian armed forces",
        new_incident=HOSPITAL, occurred="2022-03-09", leaves_incident=BUCHA),
    Row(14, "tried to disprove", "Russia", "Denial", SUMMARY, "Russian officials tried to disprove it",
        position=DENIES_ACT, answers=13, role="Unnamed official"),
    Row(15, "not a real victim", "A Russian diplomat", "Authenticity claim", "Paraphrase, in my words",
        "The bombed woman was not a real victim", media=PHOTOGRAPHS, answers=13, how="denies", point="victims",
        role="Diplomat"),
)  # fmt: skip

# Words of the original, where the demonstration's report has them: added to the rows above, replacing nothing.
ORIGINALS = (
    (2, "Indeed. This is genocide", "Verbatim: the speaker's own words"),
    (4, "a brutality", "Verbatim: the speaker's own words"),
    (5, "I strongly welcome", "Verbatim: the speaker's own words"),
    (8, "not a single local resident suffered from any violent actions", PUBLISHER),
)
NOTE = "could not independently confirm the details of the men’s deaths"

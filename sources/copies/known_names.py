"""Names that say much, little or nothing when two texts share them, in the languages of most captured pages. Data."""

from __future__ import annotations

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Names that are translated, not transliterated, and well-known places that have a name of their own elsewhere.
# Each line is one thing; its first word is the spelling it is compared under.
SAME_THING: Final = """
    ukraine україна україни україні україну україною украина украины украине украину украиной
    russia росія росії росію росією россия россии россию россией russland russie
    russian російський російська російські російських російського російської российский российская
    russian российские российских российского российской russische russischen russischer russe russes russlands russians
    ukrainian український українська українські українських українського української украинский украинская
    ukrainian украинские украинских украинского украинской ukrainische ukrainischen ukrainischer ukrainien ukrainiens
    kyiv київ києва києві києвом киев киева киеве киевом kiev kiew kyjiw
    kyivregion київщина київщини київщині київський київської київській киевской киевская киевский
    moscow москва москви москві москвою москву москвы москве москвой moskau moscou moskva
    kremlin кремль кремля кремлі кремлем кремле kreml
    lviv львів львова львові львов львове lvov lwiw lemberg
    kharkiv харків харкова харкові харьков харькова харькове kharkov charkiw charkow
    odesa одеса одеси одесі одесу одесса одессы одессе odessa
    dnipro дніпро дніпра дніпрі днепр днепра днепре dnjepr dniepr
    mykolaiv миколаїв миколаєва миколаєві николаев николаева николаеве nikolaev mykolajiw
    chernihiv чернігів чернігова чернігові чернигов чернигова чернигове chernigov tschernihiw
    zaporizhzhia запоріжжя запоріжжі запоріжжю запорожье запорожья saporischschja zaporijjia zaporozhye
    luhansk луганськ луганська луганську луганськом lugansk луганск луганска луганске
    crimea крим криму кримом крым крыма крыму krim crimée
    un оон uno onu
    nato нато otan
    eu єс ес ue
    us сша usa états-unis etats-unis
    germany німеччина німеччини німеччині германия германии германию deutschland deutschlands allemagne
    france франція франції францію франция франции францию frankreich
    poland польща польщі польщу польша польши польшу polen pologne
    geneva женева женеві женеви женеве женевы genf genève
    vienna відень відня відні вена вене вены wien vienne
    hague гаага гаазі гаагі гааги гааге haag haye
    brussels брюссель брюсселі брюсселя брюсселе brüssel bruxelles
    europe європа європи європі європу европа европы европе европу europa
    estonia естонія естонії эстония эстонии estland estonie
    icc мкс istgh cpi
    osce обсє обсе osze
"""
# In most reports of a war; sharing them says next to nothing.
COMMON_NAMES: Final = _words(
    """
    ukraine russia russian ukrainian kyiv kyivregion moscow kremlin un nato eu us europe zelensky selenskyj zelenskyy
    зеленський зеленский putin poutine путін путин volodymyr volodimir wolodymyr володимир владимир vladimir europe
    telegram facebook twitter reuters afp ap cnn bbc interfax укрінформ germany france donetsk донецьк донецк
    donbas донбас донбасс kharkiv luhansk crimea
    """
)
# Written with a capital in titles of office, or because a language or a headline writes it so.
NO_NAMES: Final = _words(
    """
    president minister ministry prime secretary general state department defense defence foreign affairs interior
    region oblast district city council court government parliament army force forces armed military police service
    governor mayor spokesperson spokesman spokeswoman prosecutor prosecutors office nations united international
    criminal national security committee human rights council commission agency news sir mr mrs ms dr madam
    north south east west northern southern eastern western northeast northwest southeast southwest street avenue
    utc gmt photo video image related read more share subscribe advertisement published updated copyright desk wire
    report monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december
    президент міністр міністерство міністерства прем'єр генерал області область район міська рада суд уряд
    верховна генеральний прокурор прокуратура оновлено фото відео читайте служба армія збройні сили
    министр министерство министерства премьер области генеральный прокуратура обновлено видео правительство
    präsident präsidentin minister ministerin ministerium behörde behörden stadt dorf region gebiet menschen zivilisten
    soldaten truppen armee krieg angriff angriffe bericht berichte leute tag nacht morgen abend woche jahr jahre
    uhr mann frau männer frauen kinder kind haus häuser straße straßen schule krankenhaus ärzte arzt verletzte tote
    regierung sprecher sprecherin bürgermeister bürgermeisterin gouverneur leiter leiterin chef rakete raketen drohne
    drohnen hilfe helfer feuerwehr rettungskräfte trümmer gebäude dach keller fenster strom wasser bewohner anwohner
    journalisten reporter angaben erklärung ermittlungen ermittler anwalt staatsanwalt staatsanwaltschaft opfer namen
    zahl ende beginn teil ort orte stelle seite worte wort mitarbeit frage antwort zeit land
    président présidente ministre ministère région ville village maire gouverneur
    """
)
# Words that open a sentence with a capital and are no name.
OPENERS: Final = _words(
    """
    a an the this that these those there here he she it its they we you i his her their our my in on at by for from
    with without to of as and but or nor so yet if when while after before since until during because although though
    one two three four five six seven eight nine ten some many most several both all no not none nobody according
    asked another other such also however meanwhile earlier later local officials rescuers residents witnesses
    authorities journalists people more than about around nearly at least what who where why how which yes indeed
    given despite under over between among then now today yesterday tomorrow
    у в на з із зі до від за під над при про по після перед коли якщо це ця цей ті та і й а але або що як він вона
    воно вони ми ви я його її їх їхній наш вже ще за також тим там тут так ні не жоден усі один дві два три
    и во с со к ко о об от для без после перед когда если это эта этот те но или что он она оно они мы вы его ее её их
    уже еще ещё также там тут так не нет ни все один одна
    der die das ein eine einer eines einem einen und oder aber nicht kein keine er sie es wir ihr ich sein seine ihre
    im in am an auf aus bei mit nach seit von vom zu zum zur vor über unter während wenn weil dass als nachdem auch
    doch noch nun dann dort hier so man wer was wie wo laut
    le la les un une des du de au aux et ou mais ni ne pas il elle on nous vous ils elles son sa ses leur leurs ce
    cet cette ces dans sur sous avec sans pour par après avant depuis pendant quand si que qui selon
    """
)
GERMAN_NOUN_ENDINGS: Final = ("ung", "ungen", "heit", "keit", "schaft", "tion", "tionen", "ismus", "ität", "nis", "tum")
# Small words that two quotations may share by chance.
SAYS_NOTHING: Final = _words(
    """
    the and that this with from they them were have has had will would been not for you our are was his her its all
    und die der das nicht mit auf ist sind haben les des est pas que qui dans une pour це що як але він вона они что
    """
)

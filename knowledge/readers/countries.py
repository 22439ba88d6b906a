"""Countries as people, programs and international organisations write them."""

from collections.abc import Iterator
from functools import cache
from unicodedata import combining, normalize

import regex
from babel import Locale
from babel.core import get_global
from babel.languages import get_official_languages
from babel.localedata import exists

from knowledge.errors import UnreadableInput

NAMED_IN = ("en", "es", "fr", "pt")
# Territories of the names list that are no countries, save EU, under which Eurostat's cases stand.
_NO_COUNTRY = {"AC", "CP", "CQ", "DG", "EA", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}
# What neither the names list nor the rules below reach. Shared words (Korea, Congo, Virgin
# Islands, Saint Martin) are spelt out, for a rule that drops "Republic of" would choose wrongly.
_ALSO = {
    "AG": "antigua y barbuda",
    "AR": "argentine republic;republica argentina;republique argentine",
    "AU": "commonwealth of australia",
    "BN": "brunei darussalam;negara brunei darussalam",
    "BO": "estado plurinacional de bolivia",
    "BQ": "bonaire sint eustatius and saba",
    "CD": "democratic republic of the congo;congo democratic republic of the;dr congo;drc"
    ";congo dem rep;congo kinshasa;congo democratic republic;republica democratica del congo"
    ";republique democratique du congo;rd congo;rdc;republica democratica do congo",
    "CG": "republic of the congo;congo;congo rep;congo republic of the;congo republic"
    ";congo brazzaville;republica del congo;republique du congo;republica do congo",
    "CI": "ivory coast",
    "CH": "swiss confederation;confederacion suiza;confederation suisse",
    "CV": "cabo verde",
    "CZ": "czech republic;republica checa;republique tcheque;tchequie",
    "DO": "dominican rep",
    "EG": "egypt arab rep;arab republic of egypt",
    "FK": "falkland islands malvinas;islas malvinas",
    "FM": "federated states of micronesia;micronesia fed sts;micronesia federated states of",
    "FR": "french republic;republique francaise;republica francesa",
    "GB": "uk;great britain;england;scotland;wales;northern ireland"
    ";united kingdom of great britain and northern ireland",
    "GR": "hellenic republic",
    "GS": "south georgia and south sandwich islands",
    "HM": "heard island and mcdonald islands",
    "HK": "hong kong;hong kong sar;china hong kong sar;hong kong china;hong kong sar china"
    ";china hong kong special administrative region",
    "IT": "italian republic;repubblica italiana",
    "IR": "iran islamic republic of;islamic republic of iran;iran islamic rep",
    "JO": "hashemite kingdom of jordan",
    "KG": "kyrgyz republic",
    "KN": "st kitts and nevis;saint kitts nevis",
    "KP": "democratic people s republic of korea;korea democratic people s republic of;dprk"
    ";korea dem people s rep;republica popular democratica de corea"
    ";republique populaire democratique de coree;north korea",
    "KR": "republic of korea;korea republic of;korea;korea rep;republica de corea"
    ";republique de coree;corea;coree;republica da coreia;coreia;south korea",
    "LA": "lao people s democratic republic;lao pdr;lao;republica democratica popular lao"
    ";republique democratique populaire lao",
    "LB": "lebanese republic",
    "LY": "libyan arab jamahiriya",
    "MF": "saint martin french part",
    "MK": "the former yugoslav republic of macedonia;macedonia;fyrom",
    "MM": "burma;birmania;birmanie",
    "MO": "macao;macau;macao sar;china macao sar;macao sar china;macau sar",
    "MX": "united mexican states;estados unidos mexicanos",
    "NL": "holland;kingdom of the netherlands;paises bajos reino de los",
    "PN": "pitcairn",
    "PS": "state of palestine;palestine;palestina;west bank and gaza;occupied palestinian territory"
    ";estado de palestina;etat de palestine",
    "PT": "portuguese republic",
    "RU": "russian federation;federacion de rusia;federation de russie;federacao russa",
    "SH": "saint helena ascension and tristan da cunha",
    "SK": "slovak republic",
    "ST": "sao tome and principe;santo tome y principe",
    "SX": "sint maarten dutch part;sint maarten",
    "SY": "syrian arab republic;republica arabe siria;republique arabe syrienne",
    "SZ": "swaziland;swazilandia",
    "TL": "timor leste;east timor",
    "TR": "turkey;turkiye;republic of turkiye",
    "TW": "taiwan province of china;taiwan china;chinese taipei",
    "TZ": "tanzania united republic of;united republic of tanzania;republica unida de tanzania"
    ";republique unie de tanzanie",
    "US": "usa;u s;u s a;united states of america;eeuu;ee uu;estados unidos de america"
    ";etats unis d amerique;estados unidos da america;america",
    "VA": "holy see;santa sede;saint siege;vatican",
    "VE": "venezuela rb;republica bolivariana de venezuela",
    "VG": "virgin islands british",
    "VI": "virgin islands u s;virgin islands us;united states virgin islands",
    "VN": "viet nam",
    "YE": "yemen rep",
}  # fmt: skip
_OFFICIAL = regex.compile(
    r"(?:(?:(?:\p{L}+) ){0,4}(?:republic|kingdom|states?|federation|commonwealth|principality"
    r"|duchy|union|sultanate|emirate) of"
    r"|(?:republica|reino|estado|principado|mancomunidad)(?: \p{L}+){0,3}? (?:del?|de la|do|da|dos)"
    r"|(?:republique|royaume|etat|principaute|union)(?: \p{L}+){0,3}? (?:d|des?|du|de la)) "
)
_AND = regex.compile(r"\s(?:and|y|e|et|und)\s|\s?&\s?")
_ARTICLE = regex.compile(r"^(?:the|la|le|les|el|los|las|l|o|a|os|as) | (?:the|la|le|el)$")


def plain(name: str) -> str:
    """Return a name in small letters without accents, single spaces between its words."""
    letters = normalize("NFKD", name.replace("’", "'")).casefold()
    kept = "".join(char for char in letters if not combining(char))
    return regex.sub(r"[^\p{L}\p{N}&]+", " ", kept).strip()


def _spelt(name: str) -> str:
    """A folded name with one spelling of `and` and `saint`, without articles at its ends."""
    joined = _AND.sub(" and ", plain(name)).replace(" and the ", " and ")
    return _ARTICLE.sub("", regex.sub(r"\b(?:st|ste|sta|santa|sainte)\b", "saint", joined)).strip()


def _forms(name: str) -> Iterator[str]:
    """The ways in which one name may stand in the table, the most exact first."""
    yield _spelt(name)
    before, comma, after = name.partition(",")
    if comma:  # "Korea, Republic of"
        yield _spelt(f"{after} {before}")
    opened = regex.fullmatch(r"([^()]+)\(([^()]*)\)\s*", name)
    if opened:  # "Bolivia (Plurinational State of)", "Netherlands (Kingdom of the)"
        yield _spelt(f"{opened[2]} {opened[1]}")
        yield _spelt(opened[1])
    if comma:
        yield _spelt(before)
    whole = _spelt(name)
    if _OFFICIAL.match(whole):
        yield _ARTICLE.sub("", _OFFICIAL.sub("", whole, count=1)).strip()


@cache
def _countries() -> dict[str, str]:
    """Every accepted name of a country to its code of two letters (ISO 3166)."""
    names = {_spelt(name): code for code, given in _ALSO.items() for name in given.split(";")}
    names |= {plain(name): code for code, given in _ALSO.items() for name in given.split(";")}
    known = set(Locale("en").territories)
    codes = {code for code in known if len(code) == 2 and code.isalpha()} - _NO_COUNTRY
    for language in NAMED_IN:
        for code in codes & set(Locale(language).territories):
            name = Locale(language).territories[code]
            for form in (*_forms(name), *regex.findall(r"\(([^()]+)\)", name)):
                names.setdefault(_spelt(form), code)
    # Codes of three letters (ISO 3166) and of three digits (M49).
    for other, found in get_global("territory_aliases").items():
        if len(other) == 3 and len(found) == 1 and found[0] in codes:
            names.setdefault(other.casefold(), found[0])
    return names | {code.casefold(): code for code in codes}


@cache
def _own_names() -> dict[str, str]:
    """Each country as it is called in its own official languages (Deutschland, Ελλάδα)."""
    names: dict[str, str] = {}
    for code in sorted(set(_countries().values())):
        for language in get_official_languages(code, regional=True, de_facto=True):
            if exists(language):
                own = Locale.parse(language, resolve_likely_subtags=False).territories.get(code)
                if own:
                    names.setdefault(_spelt(own), code)
    return names


def load() -> None:
    """Read the names ahead, which takes a second: the first country is then known at once."""
    _countries()
    _own_names()


def country(text: str) -> str:
    """Return the ISO 3166 code of two letters for a code or a name.

    Names may be those of CLDR in en, es, fr or pt, of ISO 3166, the UN or the World Bank, with or
    without "Republic of", and what a country calls itself. Raises `UnreadableInput`.
    """
    forms = [form for form in _forms(text[:200]) if form]
    for names in (_countries, _own_names):
        found = next((code for form in forms if (code := names().get(form))), None)
        if found:
            return found
    raise UnreadableInput(
        f"The country '{text[:60]}' is not known; please use a code of two letters such as MX,"
        " or the country's name."
    )

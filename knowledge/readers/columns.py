"""What people call the columns of a table of cases or members."""

from unicodedata import combining, normalize

import regex

_NOT_WORD = regex.compile(r"[^\p{L}\p{N}]+")


def header(name: object) -> str:
    """Return a column's name in one spelling: small letters, no accents, `_` between words."""
    plain = normalize("NFKD", str(name)[:200]).casefold()
    letters = "".join(char for char in plain if not combining(char))
    return _NOT_WORD.sub("_", letters).strip("_")


# Each name with what else people call it; the name itself comes first and wins.
_SHARED = {
    "key": "",
    "community": "comunidad communaute",
    "level": "government_level level_of_government nivel niveau",
    "place": "city location lugar ciudad lieu ville",
    "country": "country_code iso2 pais pays",
    "organisation": "organization org agency office institution organizacion organismo",
    "population_band": "population population_range",
    "legal_basis": "legal_basis_for_access",
    "staff_band": "staff",
    "data_source": "data_source_kind kind_of_data_source",
}
CASE_COLUMNS = _SHARED | {
    "title": "heading headline name titulo titre",
    "text": "body content fact snippet passage abstract summary description texto texte",
    "language": "lang idioma langue",
    "topics": "topic temas tema themes theme",
    "tags": "keywords tag",
    "source_title": "source source_name fuente",
    "source_url": "url link href address source_link permalink enlace lien",
    "source_language": "source_lang",
    "published": "year date source_date source_published publication_date pubdate fecha",
    "licence": "license source_licence source_license licencia",
}
MEMBER_COLUMNS = _SHARED | {
    "name": "full_name display_name nombre nom",
    "role": "title job_title position cargo fonction poste",
    "languages": "language lang langs idiomas langues",
    "time_zone": "timezone tz zona_horaria fuseau_horaire",
    "hours": "working_hours horario heures",
    "hours_from": "from start",
    "hours_until": "hours_to until to end",
    "profile": "bio about description perfil profil",
    "contact_line": "contact email e_mail mail correo courriel",
    "capacity": "capacity_per_week",
    "offers": "offer ofertas offres",
    "needs": "need necesidades besoins",
    "consents": "consent",
}


def columns(known: dict[str, str]) -> dict[str, str]:
    """Return a map from every accepted header to the name it stands for, names first."""
    return {word: name for name, others in known.items() for word in [name, *others.split()]}

"""What people call the columns of a table of cases or members, and what they mean by them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from unicodedata import combining, normalize

import regex

from knowledge.readers.guesses import CASE_GUESSES, MEMBER_GUESSES, Guess, guessed
from knowledge.readers.parsers import is_nothing, listed, text_of

_NOT_WORD = regex.compile(r"[^\p{L}\p{N}]+")
_CAMEL = regex.compile(r"(\p{Ll})(\p{Lu}\p{Ll})")
_NUMBERED = regex.compile(r"^(?:(?:q|p|question|pregunta)?_?\d+_)?(.*?)(?:_\d+)?$")


def header(name: object) -> str:
    """Return a column's name in one spelling: small letters, no accents, `_` between words."""
    plain = normalize("NFKD", _CAMEL.sub(r"\1_\2", str(name)[:300])).casefold()
    letters = "".join(char for char in plain if not combining(char))
    return _NOT_WORD.sub("_", letters).strip("_")


# Each name with what else people call it; the name itself comes first and wins.
_SHARED = {
    "key": "",
    "community": "comunidad communaute comunidade",
    "level": "government_level level_of_government nivel niveau",
    "place": "city location lugar ciudad lieu ville cidade town municipality municipio",
    "country": "country_code country_name country_or_area iso2 iso3 pais pays land",
    "organisation": "organization org agency office institution organizacion organismo entidad"
    " institucion organisme etablissement organizacao instituicao employer company affiliation",
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
    "tags": "keywords tag categories",
    "source_title": "source source_name fuente",
    "source_url": "url link href address source_link permalink enlace lien canonical",
    "source_language": "source_lang",
    "published": "year date source_date source_published publication_date pubdate fecha ano annee"
    " date_published published_at",
    "licence": "license source_licence source_license licencia",
}
MEMBER_COLUMNS = _SHARED | {
    "name": "full_name display_name nombre nom nome nombre_completo nom_complet nome_completo"
    " participant attendee 姓名 氏名 이름 الاسم имя",
    "role": "title job_title jobtitle position job cargo puesto fonction poste funcao rol",
    "languages": "language lang langs idiomas langues idioma langue",
    "time_zone": "timezone tz zona_horaria fuseau_horaire fuso_horario",
    "hours": "working_hours office_hours horario heures horaires",
    "hours_from": "from start",
    "hours_until": "hours_to until to end",
    "profile": "bio about description perfil profil biography biografia biographie",
    "contact_line": "contact email e_mail mail correo courriel correo_electronico email_address"
    " e_mail_address adresse_e_mail direccion_de_correo direccion_de_correo_electronico"
    " correo_e adresse_electronique endereco_de_e_mail contacto phone telephone telefono"
    " phone_number mobile telefone",
    "capacity": "capacity_per_week",
    "offers": "offer ofertas offres oferta offre ofrece ofrezco can_offer",
    "needs": "need necesidades besoins necesidad besoin necesita busca looking_for",
    "consents": "consent",
    "first_name": "firstname given_name given_names forename first_names nombres primer_nombre"
    " prenom prenoms primeiro_nome vorname",
    "middle_name": "middlename middle_names segundo_nombre",
    "last_name": "lastname surname surnames family_name familyname last_names apellido apellidos"
    " primer_apellido apellido_paterno nom_de_famille sobrenome apelido nachname",
    "second_last_name": "segundo_apellido apellido_materno second_surname",
}
"""The parts of a name are put together to one `name`."""
NAME_PARTS = ("first_name", "middle_name", "last_name", "second_last_name")
_NOBODY = frozenset({"anonymous", "anónimo", "anonyme"})  # what forms write for a name
_MANY = frozenset({"offers", "needs", "languages", "topics", "tags", "consents"})
_JOINED = frozenset({"text", "profile"})


def columns(known: Mapping[str, str]) -> dict[str, str]:
    """Return a map from every accepted header to the name it stands for, names first."""
    return {word: name for name, others in known.items() for word in [name, *others.split()]}


@dataclass(frozen=True, slots=True)
class Reading:
    """What is read from which column of one table."""

    known: tuple[tuple[str, str], ...]
    """Columns with the names that they stand for, the surest first for each name."""
    guessed: tuple[tuple[str, str], ...]
    passed_over: tuple[str, ...]

    @property
    def names(self) -> frozenset[str]:
        return frozenset(name for _, name in (*self.known, *self.guessed))

    def sentences(self) -> Iterator[str]:
        """What whoever brings the table in should know about its columns."""
        sure = {name for _, name in self.known} - _MANY
        for label, name in self.guessed:
            only = " where no other column says it" if name in sure else ""
            yield f"The column “{_shown(label)}” is read as {name}{only}."
        first: dict[str, str] = {}
        for label, name in self.known:
            if name in first and name not in _MANY:
                yield f"The column “{_shown(label)}” is read only where “{first[name]}” is empty."
            first.setdefault(name, _shown(label))
        if self.passed_over:
            labels = ", ".join(f"“{_shown(label)}”" for label in self.passed_over[:20])
            more = len(self.passed_over) - 20
            yield f"Passed over: {labels}{f' and {more} more' if more > 0 else ''}."


@dataclass(frozen=True, slots=True)
class ColumnNames:
    """One kind of table: what its columns are called, and of which it needs one."""

    accepted: Mapping[str, str]
    guesses: Sequence[Guess]
    needed: tuple[str, ...]
    _readings: dict[tuple[str, ...], Reading] = field(default_factory=dict, compare=False)

    def reading(self, labels: Sequence[str]) -> Reading:
        """Which of some columns are read as what."""
        key = tuple(labels)
        if key not in self._readings:
            if len(self._readings) > 1_000:  # rows of JSON may each have names of their own
                self._readings.clear()
            self._readings[key] = self._read(key)
        return self._readings[key]

    def known(self, label: str) -> str:
        """The name that a column stands for by itself; empty where it has to be guessed."""
        word = header(label)
        name = self.accepted.get(word)
        if name is None and (match := _NUMBERED.match(word)):
            name = self.accepted.get(match[1])
        return name or ""

    def needed_in(self, labels: Sequence[str]) -> bool:
        """Whether a table with these columns says what a row is about."""
        return not self.reading(labels).names.isdisjoint((*self.needed, *NAME_PARTS[:3]))

    def _read(self, labels: tuple[str, ...]) -> Reading:
        sure = [(label, name) for label in labels if (name := self.known(label))]
        sure.sort(key=lambda pair: header(pair[0]) != pair[1])
        rest = [label for label in labels if label.strip() and not self.known(label)]
        found: list[tuple[str, str]] = []
        for label in rest:
            name = guessed(header(label).replace("_", " "), self.guesses)
            again = name in _MANY | _JOINED or name not in {other for _, other in found}
            if name and again:
                found.append((label, name))
        used = {label for label, _ in found}
        return Reading(tuple(sure), tuple(found), tuple(x for x in rest if x not in used))

    def named(self, values: Mapping[str, object]) -> dict[str, object]:
        """The values of a row under our names.

        Where several columns mean the same, lists are put together, stories that were asked for
        in several questions become paragraphs, and of all else the surest column counts.
        """
        reading = self.reading(tuple(values))
        ours: dict[str, object] = {}
        sure = {name for _, name in reading.known}
        for label, name in reading.known:
            value = values[label]
            if not _said(value):
                continue
            if name in _MANY and name in ours:
                ours[name] = [*_items(ours[name]), *_items(value)]
            else:
                ours.setdefault(name, value)
        for label, name in reading.guessed:
            value = values[label]
            if not _said(value):
                continue
            if name in _JOINED and name in ours and name not in sure:
                ours[name] = f"{text_of(ours[name]).strip()}\n\n{text_of(value).strip()}"
            elif name in _MANY and name in ours:
                ours[name] = [*_items(ours[name]), *_items(value)]
            else:
                ours.setdefault(name, value)
        return ours


def _said(value: object) -> bool:
    text = text_of(value).strip()
    return bool(text) and text.casefold() not in _NOBODY


def _items(value: object) -> tuple[str, ...]:
    return tuple(item for item in listed(value) if not is_nothing(item))


def _shown(label: str) -> str:
    line = " ".join(label.split())
    return line if len(line) <= 80 else f"{line[:79]}…"


CASES = ColumnNames(columns(CASE_COLUMNS), CASE_GUESSES, ("text", "title"))
MEMBERS = ColumnNames(columns(MEMBER_COLUMNS), MEMBER_GUESSES, ("name",))

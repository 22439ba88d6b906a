"""What people write for the words of our lists: communities, levels, topics and the rest."""

from enum import StrEnum
from typing import TypeVar

from knowledge.errors import UnreadableInput
from knowledge.readers.columns import header
from knowledge.vocabulary import Community, Level, Topic

_COMMUNITIES = {
    Community.CITY: "cdo cdos cities municipal municipality local ciudad ville subnational"
    " cidade town region city_government local_government municipal_government gobierno_local"
    " ayuntamiento municipio municipalidad mairie commune prefeitura regional",
    Community.NATIONAL: "nso nsos national_statistical_office statistics_office ine nacional"
    " national_statistics_office national_statistical_institute national_statistics_institute"
    " statistical_office instituto_nacional_de_estadistica oficina_de_estadistica"
    " oficina_nacional_de_estadistica institut_national_de_statistique institut_de_statistique"
    " national_government",
    Community.PARTNER: "partners academia university un civil_society ngo socio partenaire"
    " parceiro universidad universite universidade ong international_organisation"
    " international_organization united_nations research",
}
_LEVELS = {
    Level.CITY: "municipal municipality local ciudad ville town",
    Level.METRO: "metropolitan metropolitan_area region_metropolitana",
    Level.STATE: "province state_or_province region regional estado provincia etat departement",
    Level.NATIONAL: "country federal nacional central",
}
_TOPICS = {
    Topic.DATA_SHARING: "sharing partnerships data_exchange"
    " intercambio_de_datos compartir_datos partage_de_donnees",
    Topic.INTEROPERABILITY: "data_standards standards interoperabilidad interoperabilite",
    Topic.GOVERNANCE: "data_governance stewardship data_stewardship coordination"
    " gobernanza gouvernance gobernanza_de_datos",
    Topic.VALUE: "showing_value impact valor valeur",
    Topic.QUALITY: "data_quality calidad qualite calidad_de_datos",
    Topic.OPEN_DATA: "transparency open_government_data datos_abiertos donnees_ouvertes",
    Topic.LEGAL: "law legislation legal_basis juridico juridique marco_legal",
    Topic.SKILLS: "training capacity hiring data_literacy capacidades capacitacion competences",
    Topic.PRIVACY: "confidentiality data_protection ethics privacidad vie_privee confidentialite",
    Topic.RESOURCES: "cost costs budget funding recursos ressources",
    Topic.SENSORS: "sensor_data iot sensores capteurs",
    Topic.GEODATA: "geospatial gis geography geospatial_data maps addresses geodatos geodonnees",
    Topic.ADMIN_DATA: "administrative_data administrative_records registers"
    " registros_administrativos donnees_administratives",
    Topic.MOBILE_DATA: "mobile_phone_data mobile_positioning call_records"
    " datos_moviles donnees_mobiles",
    Topic.PRICES: "scanner_data inflation cpi precios prix",
    Topic.POPULATION: "census digital_census register_based_census demography"
    " poblacion censo recensement",
    Topic.CITIZEN_DATA: "citizen_generated_data citizen_science"
    " datos_ciudadanos donnees_citoyennes",
    Topic.SMALL_AREAS: "subnational_data small_area_estimation local_data"
    " areas_pequenas petits_domaines",
    Topic.CRISIS: "covid_19 disaster emergency",
    Topic.AI: "artificial_intelligence machine_learning"
    " artificial ia inteligencia_artificial intelligence_artificielle",
}
_OTHERS: dict[type[StrEnum], dict[str, StrEnum]] = {
    kind: {other: word for word, others in table.items() for other in others.split()}
    for kind, table in ((Community, _COMMUNITIES), (Level, _LEVELS), (Topic, _TOPICS))
}


W = TypeVar("W", bound=StrEnum)


def word(kind: type[W], text: str, what: str) -> W:
    """Return the member of `kind` that `text` means; raise `UnreadableInput` with the list."""
    wanted = header(text)
    for member in kind:
        if header(member.value) == wanted or text.strip() == member.value:
            return member
    other = _OTHERS.get(kind, {}).get(wanted)
    if isinstance(other, kind):
        return other
    raise UnreadableInput(
        f"The {what} '{text[:60]}' is not known; please use one of: {', '.join(kind)}."
    )

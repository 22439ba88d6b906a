"""Five facts about a place or an office, as they leave a unit of work."""

from dataclasses import dataclass

from knowledge.vocabulary import DataSource, LegalBasis, Level, PopulationBand, StaffBand


@dataclass(frozen=True, slots=True)
class CircumstancesView:
    """Five optional structured facts about a place or an office."""

    level: Level | None = None
    population_band: PopulationBand | None = None
    legal_basis: LegalBasis | None = None
    staff_band: StaffBand | None = None
    data_source: DataSource | None = None

"""The models of the analyst-owned catalogue (`assets/catalogue/*.yaml`).

`entries` what every entry shares · `functions` what the accounts are divided by · `tables` which SSB tables
and codes are asked for · `networks` who is compared · `indicators` the algebra · `units` what may be divided
by what · `adjustments` prices and need · `series` what is followed over years · `breakdowns` costs by
director area · `limits` what figures may be · `published` what is known of published reports · `catalogue`
the whole, with look-ups.
"""

from schemas.catalogue.adjustments import (
    DEFLATORS,
    SECTOR_OF_AREA,
    AdjustmentName,
    DeflatorName,
    NeedIndex,
    PriceStep,
)
from schemas.catalogue.breakdowns import AllocationKey, Breakdown, DirectorArea
from schemas.catalogue.catalogue import Catalogue, Source
from schemas.catalogue.entries import Dated, Entry
from schemas.catalogue.functions import Concept, Function, FunctionSet, FunctionSetVersion
from schemas.catalogue.indicators import (
    OPEN_AGE,
    AccountsTerm,
    Indicator,
    IndicatorTerm,
    MeasureTerm,
    PlaceAdjustment,
    PlaceAdjustmentTerm,
    PopulationTerm,
    ProductTerm,
    Profile,
    RegisterTerm,
    Term,
    leaves,
)
from schemas.catalogue.limits import Band, Drift
from schemas.catalogue.networks import Break, Membership, Network
from schemas.catalogue.series import FOCAL, NETWORK_MEAN, SSB_REGION, EfficiencyArea, Published, Series
from schemas.catalogue.tables import (
    ACCOUNTS_TABLE,
    POPULATION_TABLE,
    Dimension,
    Measure,
    Table,
    Value,
    Wanted,
)
from schemas.catalogue.units import UNIT_NAMES, UNIT_RULES, UnitRule, implied_scale

__all__ = [
    "ACCOUNTS_TABLE",
    "DEFLATORS",
    "FOCAL",
    "NETWORK_MEAN",
    "OPEN_AGE",
    "POPULATION_TABLE",
    "SECTOR_OF_AREA",
    "SSB_REGION",
    "UNIT_NAMES",
    "UNIT_RULES",
    "AccountsTerm",
    "AdjustmentName",
    "AllocationKey",
    "Band",
    "Break",
    "Breakdown",
    "Catalogue",
    "Concept",
    "Dated",
    "DeflatorName",
    "Dimension",
    "DirectorArea",
    "Drift",
    "EfficiencyArea",
    "Entry",
    "Function",
    "FunctionSet",
    "FunctionSetVersion",
    "Indicator",
    "IndicatorTerm",
    "Measure",
    "MeasureTerm",
    "Membership",
    "NeedIndex",
    "Network",
    "PlaceAdjustment",
    "PlaceAdjustmentTerm",
    "PopulationTerm",
    "PriceStep",
    "ProductTerm",
    "Profile",
    "Published",
    "RegisterTerm",
    "Series",
    "Source",
    "Table",
    "Term",
    "UnitRule",
    "Value",
    "Wanted",
    "implied_scale",
    "leaves",
]

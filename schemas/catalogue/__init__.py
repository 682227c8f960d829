"""The models of the analyst-owned catalogue (`assets/catalogue/*.yaml`).

`entries` what every entry shares · `functions` what the accounts are divided by · `tables` which SSB tables
and codes are asked for · `networks` who is compared · `indicators` the algebra · `units` what may be divided
by what · `catalogue` the whole, with look-ups.
"""

from schemas.catalogue.catalogue import Catalogue
from schemas.catalogue.entries import Dated, Entry
from schemas.catalogue.functions import Concept, Function, FunctionSet, FunctionSetVersion
from schemas.catalogue.indicators import (
    OPEN_AGE,
    AccountsTerm,
    Indicator,
    IndicatorTerm,
    PopulationTerm,
    Profile,
    Term,
)
from schemas.catalogue.networks import Break, Membership, Network
from schemas.catalogue.tables import ACCOUNTS_TABLE, POPULATION_TABLE, Dimension, Measure, Table
from schemas.catalogue.units import UNIT_RULES, UnitRule, implied_scale

__all__ = [
    "ACCOUNTS_TABLE",
    "OPEN_AGE",
    "POPULATION_TABLE",
    "UNIT_RULES",
    "AccountsTerm",
    "Break",
    "Catalogue",
    "Concept",
    "Dated",
    "Dimension",
    "Entry",
    "Function",
    "FunctionSet",
    "FunctionSetVersion",
    "Indicator",
    "IndicatorTerm",
    "Measure",
    "Membership",
    "Network",
    "PopulationTerm",
    "Profile",
    "Table",
    "Term",
    "UnitRule",
    "implied_scale",
]

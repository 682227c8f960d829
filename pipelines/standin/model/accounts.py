"""Operating accounts by scope, function and art, from net or gross per inhabitant and cost shares."""

from __future__ import annotations

from functools import cache

import numpy as np

from pipelines.standin.model.data import FIRST_YEAR, YEARS, Counts, jitter, rows
from pipelines.standin.model.entities import index, wholes, with_parts
from pipelines.standin.model.measures import Given, Measure, counts, means
from pipelines.standin.model.population import inhabitants

ARTS = {
    "AGD10": "Brutto driftsutgifter på funksjon/tjenesteområde",
    "AGD2": "Netto driftsutgifter på funksjon/tjenesteområde",
    "AGD4": "Korrigerte brutto driftsutgifter på funksjon/tjenesteområde",
    "AGD9": "Brutto driftsutgifter i alt",
    "AG16": "Lønnsutgifter, fratrukket sykelønnsrefusjon",
    "AGD50": "Kjøp av varer og tjenester som inngår i egenproduksjonen",
    "AGD51": "Kjøp av tjenester som erstatter egenproduksjonen",
    "AG34": "Overføringsutgifter uten mva.",
    "A590": "Avskrivninger",
    "AGD13": "Brutto driftsinntekter på funksjon/tjenesteområde",
    "A710": "Sykelønnsrefusjon",
    "A729": "Kompensasjon for merverdiavgift påløpt i driftsregnskapet",
}
TOTAL = "total"

_AGES = {"all": (0, 105), "18_66": (18, 66)}
_ART_OF = {"net": "AGD2", "gross": "AGD10"}
_SICK_PAY, _VAT = 55, 120  # per mille of wages, and of inputs
_COMPANIES = 25  # per mille of gross that a municipality's own enterprises hold at most


@cache
def functions() -> tuple[dict[str, str], ...]:
    """The single functions, and the whole accounts last."""
    return rows("functions")


def lives(function: dict[str, str]) -> list[bool]:
    """Per year, whether the function is in use."""
    return [int(function["first_year"]) <= year <= int(function["last_year"]) for year in YEARS]


@cache
def _given() -> dict[tuple[str, str], Given]:
    found: dict[tuple[str, str], Given] = {}
    for row in rows("accounts_given"):
        key = (row["function"], row["art"])
        found.setdefault(key, {})[row["entity"], int(row["year"])] = int(row["amount"])
    return found


def _gross_and_net(function: dict[str, str]) -> tuple[Counts, Counts]:
    """(whole, year) AGD10 and AGD2 in 1000 kr, consolidated; given figures stand unchanged."""
    code, basis = function["code"], function["basis"]
    name = f"{basis}_{code}"
    base = inhabitants(*_AGES[function["denominator"]])[: len(wholes())]
    measure = Measure(name, base, 1000, means(name, function["mean_2024"], follow_prices=True))
    known = counts(measure, _given().get((code, _ART_OF[basis]), {}))
    ratio = int(function["net_permille"])
    gross, net = (known, known * ratio // 1000) if basis == "gross" else (known * 1000 // ratio, known)
    for art, amounts in (("AGD10", gross), ("AGD2", net)):
        for (entity, year), amount in _given().get((code, art), {}).items():
            amounts[wholes().index(entity), year - FIRST_YEAR] = amount
    alive = np.array(lives(function), dtype=np.int64)
    return gross * alive, net * alive


def _treasury(gross: Counts, function: dict[str, str]) -> Counts:
    """Gross of the municipal treasury alone: less what the municipality's own enterprises hold."""
    if function["companies"] == "0":
        return gross
    share = np.array(
        [_COMPANIES + jitter(f"companies/{name}", _COMPANIES) for name in index()], dtype=np.int64
    )
    return gross - gross * share[:, None] // 1000


def _arts(gross: Counts, net: Counts, function: dict[str, str]) -> Counts:
    """(entity, year, art) in the order of ``ARTS``.

    AGD10 = AGD4 + AGD51 + AG34 and AGD2 = AGD10 + A710 + A729 - AGD13 hold exactly; income is positive.
    """
    replacing = gross * int(function["replacing"]) // 1000
    transfers = gross * int(function["transfers"]) // 1000
    own = gross - replacing - transfers
    inputs = gross * int(function["inputs"]) // 1000
    depreciation = gross * int(function["depreciation"]) // 1000
    wages = own - inputs - depreciation
    sick_pay, vat = wages * _SICK_PAY // 1000, inputs * _VAT // 1000
    before_refunds = gross + sick_pay + vat
    expenses = [gross, net, own, before_refunds, wages, inputs, replacing, transfers, depreciation]
    return np.stack([*expenses, before_refunds - net, sick_pay, vat], axis=-1)


@cache
def amounts() -> Counts:
    """(entity, year, scope A and B, function, art) in 1000 kr; functions as in ``functions``."""
    built = []
    for function in functions():
        gross_whole, net_whole = _gross_and_net(function)
        gross = with_parts(gross_whole, YEARS, function["code"], 90)
        # The income is split, not the net, so that no part has more net than gross.
        net = gross - with_parts(gross_whole - net_whole, YEARS, function["code"], 90)
        treasury = _treasury(gross, function)
        scopes = [_arts(gross, net, function), _arts(treasury, net - (gross - treasury) // 4, function)]
        built.append(np.stack(scopes, axis=2))
    return np.stack(built, axis=3)

"""Controls of the accounts: how expense concepts hang together, and groups of functions with their parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from assets.quality.controls.control import Control, Finding, Frames, number, told, with_sign
from assets.statuses import NOT_APPLICABLE, OK, SUPPRESSED, Figures, Severities, add_parts, severities
from schemas.catalogue import Catalogue

ACCOUNTS = "kostra/accounts"
GROUP_TREASURY = {"A": "konsern", "B": "kommunekasse"}

#: Concepts of income. Which sign SSB serves them with is seen from the figures: they are income in sum.
_INCOME = frozenset({"gross_income", "sick_pay_refund", "vat_compensation"})
_ROUNDING = 0.5
"""Each amount is rounded to 1000 kr, so each may be half a thousand off."""


@dataclass(frozen=True, slots=True)
class Identity:
    """`whole` is the sum of `parts`, each with a sign; all as magnitudes."""

    whole: str
    parts: Mapping[str, int]

    @property
    def concepts(self) -> tuple[str, ...]:
        """The whole first."""
        return (self.whole, *self.parts)


@dataclass(frozen=True, slots=True)
class Cells:
    """Amounts and severities, row × column; `keys` are the rows, one column per concept or function."""

    keys: list[tuple[str, ...]]
    columns: tuple[str, ...]
    amounts: Figures
    severity: Severities

    def at(self, names: tuple[str, ...]) -> tuple[Figures, Severities]:
        """The columns of these names, column × row."""
        places = [self.columns.index(name) for name in names]
        return self.amounts[:, places].T, self.severity[:, places].T


def cells_by(accounts: pd.DataFrame, rows: list[str], column: str) -> Cells:
    """The municipalities' accounts laid out by `rows` × `column`; a cell without a row is missing."""
    own = accounts[(accounts["region_kind"] == "municipality").to_numpy()]
    coded = own[["amount", *rows, column]].assign(severity=severities(own["status"]))
    table = coded.astype(dict.fromkeys([*rows, column], "str")).pivot(index=rows, columns=column)
    missing = severities(pd.Series(["missing"], dtype="str"))[0]
    severity = table["severity"].fillna(missing).to_numpy(dtype=np.int8)
    amounts = np.where(severity == OK, table["amount"].to_numpy(dtype=np.float64), np.nan)
    keys = [tuple(map(str, key)) for key in table.index]
    return Cells(keys, tuple(map(str, table["amount"].columns)), amounts, severity)


NET = Identity(
    "net_expenditure",
    {"gross_expenditure": 1, "sick_pay_refund": 1, "vat_compensation": 1, "gross_income": -1},
)
"""AGD2 = AGD10 + A710 + A729 - AGD13: gross expenditure is already less the two refunds, and so is income."""
PURCHASES = Identity(
    "gross_expenditure",
    {"adjusted_gross_expenditure": 1, "purchased_services": 1, "transfers_excluding_vat": 1},
)
"""AGD10 - AGD4 = AGD51 + AG34; VAT (429) stays in both."""


def net_identity(frames: Frames, catalogue: Catalogue, _: int) -> Finding:
    """AGD2 = AGD10 + A710 + A729 − AGD13 in the municipal treasury."""
    return _identity(frames[ACCOUNTS], catalogue, NET)


def purchases_identity(frames: Frames, catalogue: Catalogue, _: int) -> Finding:
    """AGD10 − AGD4 = AGD51 + AG34 in the municipal treasury."""
    return _identity(frames[ACCOUNTS], catalogue, PURCHASES)


def _identity(accounts: pd.DataFrame, catalogue: Catalogue, identity: Identity) -> Finding:
    """The identity in scope B; in scope A internal transactions are netted out of some concepts only."""
    arts = {name: catalogue.concepts[name].art for name in identity.concepts if name in catalogue.concepts}
    held = set(accounts["concept"].unique())
    absent = [arts.get(name, name) for name in identity.concepts if name not in held]
    if absent:
        return told(0, "funksjoner", (), [f"tabellen har ikke {', '.join(absent)}"])
    wanted = accounts["concept"].isin(identity.concepts) & (accounts["scope"] == "B")
    treasury = accounts[wanted.to_numpy()]
    if treasury.empty:
        return told(0, "funksjoner", (), ["kommunekassen (omfang B) er ikke hentet"])
    cells = cells_by(treasury, ["municipality", "function"], "concept")
    amounts, severity = cells.at(identity.concepts)
    amounts = amounts * _signs(identity, amounts)[:, None]
    weights = np.array([*identity.parts.values()])
    off = amounts[0] - weights @ amounts[1:]
    judged = (severity == OK).all(axis=0)
    broken = judged & (np.abs(np.where(judged, off, 0.0)) > _ROUNDING * len(identity.concepts))
    partly = ~judged & (severity == OK).any(axis=0)
    lines = [
        _identity_line(cells.keys[at], identity, arts, amounts[:, at], off[at]) for at in _worst(off, broken)
    ]
    return told(int(judged.sum()), "funksjoner i kommunene", lines, _partly(int(partly.sum()), "funksjoner"))


def _signs(identity: Identity, amounts: Figures) -> npt.NDArray[np.float64]:
    """What turns each concept into a magnitude: -1 for income that is served as negative amounts."""
    sums = np.nansum(amounts, axis=1)
    income = np.array([name in _INCOME for name in identity.concepts])
    return np.where(income & (sums < 0), -1.0, 1.0)


def _identity_line(
    key: tuple[str, ...], identity: Identity, arts: Mapping[str, str], amounts: Figures, off: float
) -> str:
    terms = [
        f"{'+' if sign > 0 else '−'} {arts[name]} {number(amount)}"
        for (name, sign), amount in zip(identity.parts.items(), amounts[1:], strict=True)
    ]
    given = f"{arts[identity.whole]} {number(amounts[0])}"
    return (
        f"{key[0]} f{key[1]}: {given}, men {' '.join(terms).removeprefix('+ ')} gir {with_sign(-off)} på det"
    )


def function_groups(frames: Frames, catalogue: Catalogue, year: int) -> Finding:
    """SSB's groups of functions are the sums of their single functions in the year."""
    cells = cells_by(frames[ACCOUNTS], ["municipality", "scope", "concept"], "function")
    judged, unjudged, lines = 0, 0, []
    reasons: list[str] = []
    for group, parts, absent in _groups(catalogue, cells, year):
        if absent:
            reasons.append(f"{group} ({', '.join(f'f{code}' for code in absent)} er ikke hentet)")
            continue
        (whole,), (whole_severity,) = cells.at((group,))
        total, severity = add_parts(*cells.at(parts), absent_is_left_out=True)
        both = (whole_severity == OK) & (severity == OK)
        off = np.where(both, whole - total, 0.0)
        broken = np.abs(off) > _ROUNDING * (len(parts) + 1)
        judged += int(both.sum())
        unjudged += int((both != ((whole_severity == OK) | (severity == OK))).sum())
        lines += [
            _group_line(cells.keys[at], group, parts, whole[at], total[at]) for at in _worst(off, broken)
        ]
    return told(judged, "gruppesummer", lines, [*reasons, *_partly(unjudged, "gruppesummer")])


def _groups(
    catalogue: Catalogue, cells: Cells, year: int
) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """SSB's groups that are held: code, single functions of the year, and those that are not held."""
    for declared in catalogue.function_sets.values():
        parts = declared.functions_in(year)
        if declared.ssb_code in cells.columns and declared.ssb_code and parts:
            yield declared.ssb_code, parts, tuple(code for code in parts if code not in cells.columns)


def _group_line(key: tuple[str, ...], group: str, parts: tuple[str, ...], whole: float, total: float) -> str:
    name, scope, concept = key
    where = f"{name}, {GROUP_TREASURY.get(scope, scope)}, {concept}"
    return f"{where}: {group} {number(whole)}, {'+'.join(parts)} {number(total)} ({with_sign(whole - total)})"


def group_reveals(frames: Frames, catalogue: Catalogue, year: int) -> Finding:
    """No group of functions stands beside all its parts but one that is suppressed."""
    cells = cells_by(frames[ACCOUNTS], ["municipality", "scope", "concept"], "function")
    judged, lines = 0, []
    for group, parts, absent in _groups(catalogue, cells, year):
        if absent:
            continue
        _, (whole,) = cells.at((group,))
        _, severity = cells.at(parts)
        hidden = (severity == SUPPRESSED).sum(axis=0)
        others = ((severity == OK) | (severity == NOT_APPLICABLE)).sum(axis=0)
        judged += int((whole == OK).sum())
        reveals = (whole == OK) & (hidden == 1) & (others == len(parts) - 1)
        for at in np.flatnonzero(reveals).tolist():
            name, scope, concept = cells.keys[at]
            code = parts[int(np.argmax(severity[:, at] == SUPPRESSED))]
            lines.append(f"{name}, {GROUP_TREASURY.get(scope, scope)}, {concept}: f{code} følger av {group}")
    return told(judged, "gruppesummer", lines)


def _worst(off: Figures, broken: npt.NDArray[np.bool_]) -> list[int]:
    """Where it does not hold, the largest difference first."""
    places = np.flatnonzero(broken)
    return [int(at) for at in places[np.argsort(-np.abs(off[places]), kind="stable")]]


def _partly(count: int, noun: str) -> list[str]:
    return [f"{number(count)} {noun} der noe mangler eller er skjermet"] if count else []


CONTROLS = (
    Control(
        "net_is_gross_less_income",
        ACCOUNTS,
        "Netto driftsutgifter er brutto + sykelønnsrefusjon + momskompensasjon − inntekter (kommunekasse)",
        "Se funksjonen i tabell 12367 (AGD2, AGD10, A710, A729 og AGD13), omfang B. Er avviket hos SSB, vent "
        "på en rettelse eller meld fra. Er det bare her, er artene i katalogen forvekslet.",
        "warning",
        (ACCOUNTS,),
        net_identity,
    ),
    Control(
        "gross_is_own_production_and_purchases",
        ACCOUNTS,
        "Brutto driftsutgifter er korrigerte brutto + kjøpte tjenester + overføringer (kommunekasse)",
        "Se funksjonen i tabell 12367 (AGD10, AGD4, AGD51 og AG34), omfang B. I konsern gjelder det ikke: "
        "der er interne kjøp trukket ut av noen av begrepene.",
        "warning",
        (ACCOUNTS,),
        purchases_identity,
    ),
    Control(
        "function_groups_are_sums",
        ACCOUNTS,
        "SSBs funksjonsgrupper er summen av enkeltfunksjonene",
        "Se hvilke funksjoner SSB har i gruppen for året, og rett `function_sets` i functions.yaml om de er "
        "andre. Er gruppen riktig, er en enkeltfunksjon fra en annen utgave: hent tabell 12367 på nytt.",
        "warning",
        (ACCOUNTS,),
        function_groups,
    ),
    Control(
        "groups_reveal_no_function",
        ACCOUNTS,
        "Ingen skjermet funksjon følger av funksjonsgruppen og de andre funksjonene",
        "Vis ikke gruppen sammen med enkeltfunksjonene for kommunen; tallet kan regnes ut ved å trekke fra.",
        "error",
        (ACCOUNTS,),
        group_reveals,
    ),
)

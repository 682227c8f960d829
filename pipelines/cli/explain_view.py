"""An explanation as people read it: Norwegian words and numbers, one indented line per quantity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import click

from assets.asss.explain.explain import norwegian
from assets.asss.explain.model import Cell, Explanation, Member, NetworkMean, Part, RegisterRow
from pipelines.cli import output
from pipelines.cli.profile_view import SAMPLE_MARK, VINTAGE_STATUSES
from pipelines.cli.series_view import entity_names
from pipelines.settings import Settings
from schemas.catalogue import UNIT_NAMES

CELLS_SHOWN = 6
_STATUS = {
    "missing": "mangler",
    "suppressed": "skjermet",
    "not_applicable": "ikke aktuell",
    "not_yet": "ikke publisert ennå",
}
_METHOD = {"weighted": "vektet: sum av tellere / sum av nevnere", "simple": "enkelt gjennomsnitt av verdiene"}


def print_explanation(explained: Explanation, settings: Settings) -> None:
    """The figure, its formula with numbers, its parts down to the cells, and the mean with its members."""
    names = entity_names(settings)
    for line in _lines(explained, names, settings):
        click.echo(line)
    _print_members(explained, names)


def _lines(explained: Explanation, names: Mapping[str, str], settings: Settings) -> Iterator[str]:
    mark = f" – {SAMPLE_MARK}" if settings.source == "sample" else ""
    whose = names.get(explained.municipality, explained.municipality)
    yield f"{explained.title} ({explained.number})"
    yield f"{whose} {explained.year}{mark}"
    yield ""
    yield f"Verdi:      {_value(explained)}"
    yield f"Formel:     {explained.formula}"
    yield f"Med tall:   {explained.calculation}"
    yield f"Kilde:      {explained.definition_source} ({explained.indicator}, {explained.confidence})"
    if explained.note:
        yield f"Merknad:    {explained.note}"
    if explained.break_before:
        yield "Brudd:      serien brytes mellom året før og dette året"
    editions = "; ".join(explained.vintages) or "ingen"
    yield f"Utgaver:    {editions} ({VINTAGE_STATUSES[explained.vintage_status]})"
    for title, parts in (("Teller", explained.numerator), ("Nevner", explained.denominator)):
        if parts:
            yield ""
            yield title
        for part in parts:
            yield from _part(part, 1)
    yield ""
    yield from _mean(explained.network, explained)


def _value(explained: Explanation) -> str:
    if explained.value is None:
        return _STATUS[explained.status]
    unit = UNIT_NAMES.get(explained.unit, explained.unit)
    shown = f"{output.norwegian(explained.value, explained.decimals)} {unit}"
    how = "importert" if explained.origin == "register" else "regnet på nytt fra cellene"
    return f"{shown} (uavrundet {norwegian(explained.value)}; {how} og lik den lagrede)"


def _part(part: Part, depth: int) -> Iterator[str]:
    indent = "  " * depth
    figure = norwegian(part.value) if part.status == "ok" else _STATUS[part.status]
    counted = "" if part.coefficient == 1 else f"{norwegian(part.coefficient)} × "
    note = f" – {part.note}" if part.note else ""
    unit = UNIT_NAMES.get(part.unit, part.unit)
    yield f"{indent}{counted}{part.words or part.kind}: {figure} ({unit}){note}"
    for inner in part.parts:
        yield from _part(inner, depth + 1)
    for line in (*_cells(part.cells), *map(_register, part.register)):
        yield f"{indent}  ← {line}"


def _cells(cells: Sequence[Cell]) -> list[str]:
    if len(cells) <= CELLS_SHOWN:
        return [
            f"tabell {cell.table}, {_under(cell.codes)}: {_served(cell)} [{cell.vintage_id}]"
            for cell in cells
        ]
    codes = {role: list(dict.fromkeys(cell.codes[role] for cell in cells)) for role in cells[0].codes}
    spanned = {role: " ".join(_shortened(found)) for role, found in codes.items()}
    added = sum(cell.value for cell in cells if cell.value is not None)
    said = f"tabell {cells[0].table}, {len(cells)} celler, {_under(spanned)}: sum {norwegian(added)}"
    return [f"{said} [{'; '.join(sorted({cell.vintage_id for cell in cells}))}]"]


def _under(codes: Mapping[str, str]) -> str:
    return ", ".join(f"{role} {code}" for role, code in codes.items())


def _shortened(codes: Sequence[str]) -> Sequence[str]:
    return codes if len(codes) <= CELLS_SHOWN else (codes[0], "…", codes[-1])


def _served(cell: Cell) -> str:
    figure = norwegian(cell.value) if cell.value is not None else cell.symbol or "tom"
    return f"{figure} {cell.symbol}".strip() if cell.value is not None else figure


def _register(row: RegisterRow) -> str:
    figure = norwegian(row.value) if row.value is not None else _STATUS[row.status]
    note = f"; {row.note}" if row.note else ""
    published = f"{row.provider} {row.provider_date}, {row.vintage_status}{note}"
    return f"{row.entity}: {figure} ({row.unit}), {published} [{row.file_name} {row.file_sha256[:12]}]"


def _mean(network: NetworkMean, explained: Explanation) -> Iterator[str]:
    if network.mean is None:
        yield f"Snitt {network.name}: {_STATUS[network.status]}"
    else:
        shown = output.norwegian(network.mean, explained.decimals)
        how = _given(network) if network.origin == "register" else _METHOD[network.method]
        yield f"Snitt {network.name}: {shown} (uavrundet {norwegian(network.mean)}; {how})"
    for row in network.register:
        yield f"  ← {_register(row)}"


def _given(network: NetworkMean) -> str:
    return "som importert" if network.register else "gitt ved måten indeksen er laget på"


def _print_members(explained: Explanation, names: Mapping[str, str]) -> None:
    if not explained.network.members:
        return
    headers = [("Medlem", False), ("Teller", True), ("Nevner", True), ("Verdi", True), ("I snittet", False)]
    rows = [_member(member, explained.decimals, names) for member in explained.network.members]
    output.print_columns(headers, rows, f"{explained.network.name} {explained.year}")


def _member(member: Member, decimals: int, names: Mapping[str, str]) -> list[str]:
    return [
        names.get(member.municipality, member.municipality),
        norwegian(member.numerator),
        norwegian(member.denominator),
        output.norwegian(member.value, decimals),
        "ja" if member.counted else f"nei: {member.why_not}",
    ]

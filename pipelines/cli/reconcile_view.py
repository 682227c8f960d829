"""A reconciliation as people read it: errata with proof, what does not match, a summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import click
import pandas as pd

from assets.quality.reconciliation.dataset import Reconciled
from assets.quality.reconciliation.finding import Finding
from assets.quality.reconciliation.report import PublishedReport
from assets.quality.reconciliation.rules.printed import name_of
from assets.quality.reconciliation.text import called, labels_of
from pipelines.cli import output
from pipelines.cli.profile_view import SAMPLE_MARK
from pipelines.cli.reconciliation_view import FINDINGS, VERDICTS
from pipelines.settings import Settings
from pipelines.years import shown_years
from schemas.quality import FIGURE_VERDICTS

_TOLD = ("mismatch", "vintage", "rounding")
_PLACES_SHOWN = 4


def print_reconciled(result: Reconciled, settings: Settings, *, everything: bool) -> None:
    """The findings, the figures and claims that do not match (or all), a summary, the notes."""
    report = result.report
    mark = f" – holdt mot {SAMPLE_MARK}" if settings.source == "sample" else ""
    of_whom = f"{called(report.municipality, report)} " if report.municipality else ""
    name = f"{report.name} ({of_whom}{report.year})"
    findings = [each for each in result.findings if each.verdict != "note"]
    notes = [each for each in result.findings if each.verdict == "note"]
    titles = _titles(report)
    if not findings:
        click.echo(f"{name}: ingen funn{mark}")
    _print_findings(findings, titles, f"{name}: {len(findings)} funn{mark}")
    rows = result.rows[(result.rows["kind"] != "finding").to_numpy()]
    shown = rows if everything else rows[rows["verdict"].isin(_TOLD).to_numpy()]
    what = "Alle tall og påstander" if everything else "Tall og påstander som ikke stemmer helt"
    _print_rows(shown, titles, labels_of(report), f"{what}{mark}")
    _print_reasons(rows, f"Ikke sammenlignet, eller laget på en annen måte{mark}")
    _print_summary(result, f"{name}: sammendrag{mark}")
    _print_findings(notes, titles, f"{name}: {len(notes)} merknader")


def shown_rows(result: Reconciled, *, everything: bool) -> pd.DataFrame:
    """Findings first; figures and claims that do not match, or all of them."""
    rows = result.rows
    of_findings = (rows["kind"] == "finding").to_numpy()
    others = rows[~of_findings]
    chosen = others if everything else others[(others["verdict"] != "match").to_numpy()]
    return pd.concat([rows[of_findings], chosen], ignore_index=True)


def summary(result: Reconciled) -> dict[str, dict[str, int]]:
    """How many figures, claims and findings got each verdict."""
    every = dict.fromkeys(FIGURE_VERDICTS, 0)
    counts: dict[str, dict[str, int]] = {"figure": dict(every), "claim": dict(every), "finding": {}}
    for kind, verdict in result.rows[["kind", "verdict"]].itertuples(index=False, name=None):
        counts[kind][verdict] = counts[kind].get(verdict, 0) + 1
    return {f"{kind}s": found for kind, found in counts.items()}


def _titles(report: PublishedReport) -> dict[str, str]:
    """How each indicator is called, in tables or else in the text, and each table of one indicator."""
    of_claims, of_figures = (
        {name: title or name for name, title in zip(frame["indicator"], frame["title"], strict=True)}
        for frame in (report.statements, report.figures)
    )
    titled = report.figures[report.figures["title"] != ""]
    tables = titled.groupby("table")["title"].agg(["nunique", "first"])
    return of_claims | of_figures | tables.loc[tables["nunique"] == 1, "first"].to_dict()


def _print_findings(findings: list[Finding], titles: Mapping[str, str], title: str) -> None:
    headers = [("Nr.", False), ("Utfall", False), ("Gjelder", False), ("Bevis", False)]
    if findings:
        output.print_columns(headers, [_finding(each, titles) for each in findings], title, lines=True)


def _finding(finding: Finding, titles: Mapping[str, str]) -> list[str]:
    proof = {"Trykt": finding.printed, "Regnet": finding.arithmetic, "Vurdert": finding.explanation}
    return [
        finding.erratum or "ny",
        FINDINGS[finding.verdict],
        f"{titles.get(finding.subject, finding.subject)}\n({_places(finding.places)})",
        "\n".join(f"{name}: {text}" for name, text in proof.items() if text),
    ]


def _places(places: tuple[str, ...]) -> str:
    """Tables and statements, each once."""
    distinct = list(dict.fromkeys(place.partition("/")[0] for place in places))
    more = f" og {len(distinct) - _PLACES_SHOWN} til" if len(distinct) > _PLACES_SHOWN else ""
    return ", ".join(distinct[:_PLACES_SHOWN]) + more


def _print_rows(rows: pd.DataFrame, titles: Mapping[str, str], labels: Mapping[str, str], title: str) -> None:
    headers = [(name, False) for name in ("Utfall", "Tall eller påstand", "Hvem og når", "Regnestykke")]
    if len(rows):
        lines = [_row(row, titles, labels) for row in output.records(rows)]
        output.print_columns(headers, lines, title, lines=True)


def _row(row: Mapping[str, Any], titles: Mapping[str, str], labels: Mapping[str, str]) -> list[str]:
    entity = row["entity"] or ""
    return [
        VERDICTS[row["verdict"]][0],
        f"{titles.get(row['indicator'], row['indicator'])}\n({row['place'].partition('/')[0]})",
        f"{name_of(entity, labels.get(entity, entity))} {row['figure_year'] or ''}".strip(),
        f"{row['arithmetic']}\n{row['explanation']}",
    ]


def _print_reasons(rows: pd.DataFrame, title: str) -> None:
    """Each reason once, with how many it concerns."""
    rows = rows[rows["verdict"].isin(("method", "not_comparable")).to_numpy()]
    counts = Counter(zip(rows["verdict"], rows["kind"], rows["explanation"], strict=True))
    kinds = {"figure": "tall", "claim": "påstander"}
    headers = [("Utfall", False), ("Antall", True), ("Hva", False), ("Hvorfor", False)]
    lines = [
        [VERDICTS[verdict][0], str(count), kinds[kind], why]
        for (verdict, kind, why), count in counts.most_common()
    ]
    if lines:
        output.print_columns(headers, lines, title)


def _print_summary(result: Reconciled, title: str) -> None:
    counted = summary(result)
    headers = [("Utfall", False), ("Tall", True), ("Påstander", True), ("", False)]
    lines = [
        [told, str(counted["figures"][verdict]), str(counted["claims"][verdict]), meaning]
        for verdict, (told, meaning) in VERDICTS.items()
    ]
    years = sorted(int(year) for year in result.report.figures["year"].unique())
    shown = f", tall for {shown_years(years)}" if years else ""
    output.print_columns(headers, lines, f"{title}{shown}")

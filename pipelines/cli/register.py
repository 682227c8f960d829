"""`kostra register`: figures from registers outside SSB, checked and imported."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pandas as pd

from assets.catalogue.loader import load_catalogue
from assets.register.figures import KEY
from pipelines.cli import output
from pipelines.cli.common import (
    format_options,
    home_option,
    plain_errors,
    source_option,
    stored_settings,
    talk,
)
from pipelines.cli.findings import findings_record, tell_findings
from pipelines.register_files import HeldFile, RegisterFiles
from pipelines.register_import import Outcome, import_register, stored_municipalities
from pipelines.settings import SourceKind
from pipelines.years import shown_years

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group()
def register() -> None:
    """Figures from outside SSB: KS/ASSS, NAV, IPLOS, TTU, HR, consultants."""


@register.command("import")
@click.argument("file", type=_FILE)
@click.option("--replace", metavar="REASON", help="Why figures of FILE take the place of those held.")
@click.option("--check", is_flag=True, help="Only check FILE; nothing is imported.")
@click.option("--json", "as_json", is_flag=True, help="Print everything found as JSON.")
@source_option
@home_option
@plain_errors
def import_(
    file: Path, replace: str | None, check: bool, as_json: bool, source: SourceKind | None, home: Path | None
) -> None:
    """Import the figures in FILE (CSV or XLSX), unless anything is wrong. `kostra run` then uses them."""
    if replace is not None and not replace.strip():
        raise click.UsageError("--replace needs a reason")
    settings = stored_settings(home, source)
    outcome = import_register(file, settings, load_catalogue(), replace, only_check=check)
    findings = outcome.findings
    if as_json:
        click.echo(_as_json(outcome))
    else:
        tell_findings(findings, err=not check)
        click.echo(_summary(outcome), err=bool(findings.counts) and not check)
    if findings.counts:
        talk.print("nothing was imported")
        raise click.exceptions.Exit(1)
    if outcome.imported is None:
        return
    talk.print(f"imported into {settings.register}" if outcome.written else "held already, nothing written")
    years = ",".join(map(str, _years(outcome)))
    talk.print(f"bring the tables up to date: kostra run --select register/figures+ --years {years}")


@register.command("list")
@format_options
@source_option
@home_option
@plain_errors
def list_(as_csv: bool, as_json: bool, source: SourceKind | None, home: Path | None) -> None:
    """List the files that figures come from, in the order they count, and how many figures still do."""
    settings = stored_settings(home, source)
    files = RegisterFiles(settings, load_catalogue())
    held = files.held(stored_municipalities(settings))
    current = files.current(held)
    counting = {each.sha256: each for each in held}
    frame = pd.DataFrame([_listed(each, current, counts=counting[each.sha256] is each) for each in held])
    if as_csv:
        output.print_csv(frame)
    elif as_json:
        output.print_json(frame)
    else:
        short = frame.assign(sha256=frame["sha256"].str[:12], imported_at=frame["imported_at"].str[:19])
        output.print_table(short, f"register files · source: {settings.source}", limit=None)


def _listed(held: HeldFile, current: pd.DataFrame, *, counts: bool) -> dict[str, object]:
    """One line of the list; of a file that was imported twice, only the last import counts."""
    figures = held.file.figures
    return {
        "file": held.name,
        "figures": len(figures),
        "current": int((current["file_sha256"] == held.sha256).sum()) if counts else 0,
        "years": shown_years(sorted(int(year) for year in figures["year"].unique())),
        "indicators": int(figures["indicator"].nunique()),
        "sha256": held.sha256,
        "imported_at": held.imported.imported_at if held.imported else "with the catalogue",
        "replaces_because": held.reason or "",
    }


def _years(outcome: Outcome) -> list[int]:
    return sorted(int(year) for year in outcome.figures["year"].unique())


def _summary(outcome: Outcome) -> str:
    findings, figures = outcome.findings, outcome.figures
    if findings.counts:
        return f"{findings.file}: {findings.total} problem(s)"
    changed, suppressed = len(outcome.changed), int(figures["suppression_reason"].notna().sum())
    unchanged = len(figures) - outcome.new - changed
    told = f"{len(figures)} figure(s), {shown_years(_years(outcome))}: {outcome.new} new, {changed} changed"
    return f"{findings.file}: {told}, {unchanged} as held, {suppressed} suppressed"


def _as_json(outcome: Outcome) -> str:
    findings = outcome.findings
    record = {
        "file": findings.file,
        "figures": len(outcome.figures),
        "years": _years(outcome),
        **findings_record(findings),
        "new": outcome.new,
        "changed": output.records(outcome.changed[[*KEY, "value_held", "value"]])
        if len(outcome.changed)
        else [],
        "imported": outcome.imported is not None,
        "written": outcome.written,
    }
    return json.dumps(record, ensure_ascii=False, indent=1)

"""What was found in a file that was handed in, as text and as JSON."""

from __future__ import annotations

from dataclasses import asdict

import click

from assets.tabular.problems import FileProblem, Findings


def tell_findings(findings: Findings, *, err: bool) -> None:
    """Every problem on its own line, on stderr if `err`; warnings on stderr."""
    for line in findings.told():
        click.echo(line, err=err)
    for warning in findings.warnings:
        click.echo(f"warning: {warning.text(findings.file)}", err=True)


def findings_record(findings: Findings) -> dict[str, object]:
    """The findings in values that JSON has."""
    return {
        "ok": not findings.counts,
        "total": findings.total,
        "counts": findings.counts,
        "problems": [_of(problem, findings.file) for problem in findings.problems],
        "warnings": [_of(warning, findings.file) for warning in findings.warnings],
    }


def _of(problem: FileProblem, file: str) -> dict[str, object]:
    return {"file": file, **asdict(problem)}

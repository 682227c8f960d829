"""Small invented reports, as files people hand in."""

from collections.abc import Iterable, Mapping

from assets.quality.reconciliation.report import PublishedReport, report_of

FIGURE = {
    "report": "Prøverapport",
    "chapter": "Sosialtjeneste",
    "table": "profil",
    "indicator_id": "sos_recipients_share_18_24",
    "indicator_title": "Andel mottakere 18-24 år",
    "unit": "percent",
    "year": "2024",
    "entity": "Asker",
    "value": "3.3",
    "adjusted": "false",
    "note": "",
}
CLAIM = FIGURE | {
    "table": "tekst",
    "value": "",
    "statement_id": "P-01",
    "section": "Innledning",
    "quote": "",
    "claim_type": "relative",
    "direction": "below",
    "comparator": "ASSS mean",
    "base_year": "",
}


def figure(**changes: str) -> dict[str, str]:
    """One printed figure."""
    return FIGURE | changes


def claim(**changes: str) -> dict[str, str]:
    """One claim."""
    return CLAIM | changes


def csv_text(rows: Iterable[Mapping[str, str]], sep: str = ",") -> str:
    """A file with a column per name that any row has."""
    listed = list(rows)
    names = list(dict.fromkeys(name for row in listed for name in row))
    lines = [names, *([row.get(name, "") for name in names] for row in listed)]
    return "".join(f"{sep.join(_cell(cell, sep) for cell in line)}\n" for line in lines)


def report(*rows: Mapping[str, str]) -> PublishedReport:
    """The report that some figures and claims make up."""
    return report_of({"rapport.csv": csv_text(rows).encode()})


def _cell(text: str, sep: str) -> str:
    return f'"{text}"' if sep in text else text

"""Suites of `kostra/…`: tidy facts, before they are stored."""

from __future__ import annotations

import numpy as np
import pandas as pd

from schemas.catalogue import OPEN_AGE, PopulationTerm, leaves
from schemas.expectations.declared import HOLDS, OUTSIDE, Expectation, Subject, holds, inside, row_count
from schemas.expectations.views import are_in, complete, extremes, factors, figures_per, possible, present

_MEMBERS_MISSING = (
    "Har kommunen levert, og er den i spørringen? Snitt, høyest og lavest regnes uten den så lenge."
)


def members_present(municipalities: str, figure: str) -> Expectation:
    """The focal municipality and the members of the network have figures."""
    return holds(
        "members_present",
        "Egen kommune og alle i nettverket har tall i året",
        _MEMBERS_MISSING,
        present(municipalities, figure),
        severity="warning",
        tell="{municipality}: {rows} rader, {figures} med tall",
        noun="kommuner",
    )


def _functions(subject: Subject) -> pd.DataFrame:
    return are_in(subject.frame["function"], subject.catalogue.function_codes())


def _concepts(subject: Subject) -> pd.DataFrame:
    return are_in(subject.frame["concept"], subject.catalogue.concepts)


def _ended_functions(subject: Subject) -> pd.DataFrame:
    """Functions the catalogue says are not in use in the year, with the figures they have all the same."""
    filled = subject.frame["amount"].notna().to_numpy() & (subject.frame["amount"] != 0).to_numpy()
    rows = subject.frame.loc[filled, "function"].astype("str").value_counts()
    ended = [
        name for name, function in subject.catalogue.functions.items() if not function.covers(subject.of_year)
    ]
    found = pd.DataFrame({"function": ended}, dtype="str")
    found["rows"] = found["function"].map(rows).fillna(0).astype("int64")
    return found.assign(**{HOLDS: found["rows"] == 0})


def _gross_not_negative(subject: Subject) -> pd.DataFrame:
    """Per municipality the sum of gross expenditure over its single functions, which is money spent."""
    frame = subject.frame
    gross = (frame["concept"] == "gross_expenditure").to_numpy()
    single = frame["function"].astype("str").str.isdigit().to_numpy()
    sums = frame[gross & single].groupby(["municipality", "scope"], observed=True)["amount"].sum(min_count=1)
    found = sums.dropna().reset_index().astype({"municipality": "str", "scope": "str"})
    return found.assign(**{HOLDS: found["amount"] >= 0})


ACCOUNTS = (
    row_count(
        "rows_per_year",
        "Hver kommune har en rad for hver kombinasjon av omfang, funksjon og begrep",
        "Rader mangler eller står dobbelt: se tabell 12367 for året og kommunens koder i KLASS.",
        complete("municipality", "scope", "function", "concept"),
        why=factors(
            {"municipality": "regioner", "scope": "omfang", "function": "funksjoner", "concept": "begreper"}
        ),
    ),
    holds(
        "known_functions",
        "Alle funksjonene står i katalogen",
        "En ny funksjon legges i functions.yaml med året den begynner.",
        _functions,
        tell="funksjon {value} er ukjent",
        noun="funksjoner",
    ),
    holds(
        "known_concepts",
        "Alle utgiftsbegrepene står i katalogen",
        "Et nytt begrep legges i functions.yaml med artskoden hos SSB.",
        _concepts,
        tell="begrepet {value} er ukjent",
        noun="begreper",
    ),
    inside(
        "possible_values",
        "Beløpene er mulige",
        "Se etter feil enhet (kroner mot 1000 kroner) hos SSB, eller rett grensen i limits.yaml.",
        possible("concept", "amount"),
        tell="{concept}: fra {min} til {max} tusen kroner, mulig er {lowest} til {highest}",
        noun="begreper",
    ),
    holds(
        "no_figures_of_ended_functions",
        "Funksjoner som ikke gjelder i året, har ingen beløp",
        "Står beløpet på en nedlagt funksjon hos SSB, er det ført feil; det regnes ikke med i tjenestene.",
        _ended_functions,
        severity="warning",
        tell="funksjon {function}: {rows} rader med beløp",
        noun="funksjoner",
    ),
    holds(
        "gross_expenditure_not_negative",
        "Brutto driftsutgifter er ikke under null i noen kommune",
        "Utgifter er positive hos SSB; snudde fortegn gir negative kostnader per innbygger.",
        _gross_not_negative,
        tell="{municipality}, omfang {scope}: {amount} tusen kroner",
        noun="kommuner og omfang",
    ),
    members_present("municipality", "amount"),
)


def _bands(subject: Subject) -> pd.DataFrame:
    pairs = subject.frame[["age_from", "age_to"]].drop_duplicates().astype("str")
    return pd.DataFrame({"value": pairs["age_from"] + "-" + pairs["age_to"]})


def _bands_used(subject: Subject) -> dict[str, object]:
    used = {
        f"{term.age_from}-{term.age_to}"
        for indicator in subject.catalogue.indicators.values()
        for term in leaves(indicator.terms)
        if isinstance(term, PopulationTerm)
    }
    return {"column": "value", "value_set": sorted(used | {f"0-{OPEN_AGE}"})}


def _nested(subject: Subject) -> pd.DataFrame:
    """Every band beside all ages: nobody is in a band and not in the municipality."""
    frame = subject.frame[["municipality", "age_from", "age_to", "inhabitants"]]
    every = (frame["age_from"] == 0).to_numpy() & (frame["age_to"] == OPEN_AGE).to_numpy()
    totals = frame[every].set_index("municipality")["inhabitants"].rename("everybody")
    found = frame[~every].join(totals, on="municipality").astype({"municipality": "str"})
    over = (found["inhabitants"] - found["everybody"]).clip(lower=0)
    return found.assign(**{OUTSIDE: over})


def _adds_up(subject: Subject) -> pd.DataFrame:
    """Children, 18-66 and 67 and over together, beside all ages."""
    frame = subject.frame
    names = frame["age_from"].astype("str") + "-" + frame["age_to"].astype("str")
    parts = ("0-17", "18-66", f"67-{OPEN_AGE}")
    by_band = frame.assign(band=names).pivot(index="municipality", columns="band", values="inhabitants")
    by_band = by_band.reindex(columns=[*parts, f"0-{OPEN_AGE}"])
    total = by_band[f"0-{OPEN_AGE}"]
    sums = by_band[list(parts)].sum(axis=1, min_count=len(parts))
    found = pd.DataFrame({"municipality": by_band.index.astype("str"), "parts": sums.to_numpy()})
    return found.assign(total=total.to_numpy(), **{OUTSIDE: (sums - total).abs().to_numpy()})


POPULATION = (
    row_count(
        "rows_per_year",
        "Hver kommune har en rad for hver aldersgruppe",
        "En aldersgruppe mangler eller står dobbelt: se tabell 07459 for året etter.",
        lambda subject: (
            subject.frame["municipality"].nunique()
            * len(subject.frame[["age_from", "age_to"]].drop_duplicates())
        ),
        why=factors({"municipality": "kommuner"}),
    ),
    Expectation(
        "bands_used",
        "Aldersgruppene indikatorene deler på, er laget",
        "En indikator bruker en ny aldersgruppe: kjør `kostra run` på nytt for alle år.",
        _bands,
        "ExpectColumnDistinctValuesToContainSet",
        _bands_used,
        noun="aldersgrupper",
    ),
    inside(
        "possible_values",
        "Innbyggertallene er mulige",
        "Ingen kommune har flere innbyggere enn landet, og ingen under null.",
        possible("municipality", "inhabitants"),
        tell="{municipality}: fra {min} til {max} innbyggere",
        noun="kommuner",
    ),
    inside(
        "bands_within_all_ages",
        "Ingen aldersgruppe er større enn hele kommunen",
        "Aldrene er summert feil: se aldersinndelingen i tabell 07459.",
        _nested,
        tell="{municipality} {age_from}–{age_to} år: {inhabitants} av {everybody}",
        noun="aldersgrupper",
    ),
    inside(
        "bands_add_up",
        "0–17, 18–66 og 67 år og over er til sammen alle",
        "Aldrene er summert feil: se aldersinndelingen i tabell 07459.",
        _adds_up,
        tell="{municipality}: {parts} mot {total}",
        noun="kommuner",
    ),
    members_present("municipality", "inhabitants"),
)


def _measures(subject: Subject) -> pd.DataFrame:
    return pd.DataFrame({"value": subject.frame["measure"].astype("str").unique()}, dtype="str")


def _measures_of_year(subject: Subject) -> dict[str, object]:
    held = subject.catalogue.measures().items()
    used = {
        name
        for name, origins in held
        if any(o.covers(subject.of_year) and not o.measure.cross_check for o in origins)
    }
    return {"column": "value", "value_set": sorted(used)}


def _municipalities_per_measure(subject: Subject) -> pd.DataFrame:
    """How many municipalities each measure has a row of, beside how many there are in its table."""
    ours = subject.frame[(subject.frame["region_kind"] == "municipality").to_numpy()]
    per = ours.groupby("measure", observed=True)["municipality"].nunique().reset_index(name="rows")
    most = int(per["rows"].max()) if len(per) else 0
    return per.assign(most=most, **{HOLDS: per["rows"] == most})


def _in_band(subject: Subject) -> pd.DataFrame:
    found = extremes(subject, "measure", "value", "measure")
    return found[found["lowest"].notna().to_numpy()]


def _one_unit(subject: Subject) -> pd.DataFrame:
    units = subject.frame[["measure", "unit"]].drop_duplicates().astype("str")
    declared = {name: origins[0].measure.unit for name, origins in subject.catalogue.measures().items()}
    wanted = units["measure"].map(declared)
    return units.assign(wanted=wanted, **{HOLDS: np.asarray(units["unit"] == wanted)})


SERVICE_STATISTICS = (
    Expectation(
        "measures_of_year",
        "Hvert mål som gjelder i året, har rader, og ingen andre",
        "Er målet nytt eller nedlagt, rettes årene i tabellen i katalogen (first_year, last_year).",
        _measures,
        "ExpectColumnDistinctValuesToEqualSet",
        _measures_of_year,
        noun="mål",
    ),
    holds(
        "units_as_catalogue",
        "Målene har enheten katalogen gir dem",
        "SSB har endret enhet: rett `unit` i tabellen i katalogen og se over indikatorene.",
        _one_unit,
        tell="{measure}: {unit}, ventet {wanted}",
        noun="mål",
    ),
    inside(
        "possible_values",
        "Tallene er mulige i sin enhet",
        "Se etter feil enhet eller feil kode hos SSB, eller rett grensen i limits.yaml.",
        possible("measure"),
        tell="{measure} ({unit}): fra {min} til {max}, mulig er {lowest} til {highest}",
        noun="mål",
    ),
    inside(
        "values_in_band",
        "Tallene ligger der de har pleid å ligge",
        "Se på kommunen hos SSB. Er tallet riktig, utvides båndet i limits.yaml.",
        _in_band,
        severity="warning",
        tell="{measure}: fra {min} til {max}, ventet {lowest} til {highest}",
        noun="mål",
    ),
    holds(
        "municipalities_per_measure",
        "Hvert mål har rader for de samme kommunene",
        "Tabellen har færre regioner enn de andre: se regionkodene i den.",
        _municipalities_per_measure,
        severity="warning",
        tell="{measure}: {rows} av {most} kommuner",
        noun="mål",
    ),
    inside(
        "figures_present",
        "Minst halvparten av kommunene har tall for hvert mål",
        "Se kolonnen `problem` (`kostra show kostra/service_statistics`): kunne tabellen brukes?",
        figures_per("measure", "value"),
        severity="warning",
        tell="{measure}: {share} prosent mangler tall",
        noun="mål",
    ),
)

SUITES: dict[str, tuple[Expectation, ...]] = {
    "kostra/accounts": ACCOUNTS,
    "kostra/population": POPULATION,
    "kostra/service_statistics": SERVICE_STATISTICS,
}

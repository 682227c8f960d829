"""What datasets must say together, looked at after the write: the same figure is the same everywhere."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from schemas.catalogue import OPEN_AGE, SSB_REGION
from schemas.director_areas import TOTAL
from schemas.expectations.declared import HOLDS, OUTSIDE, Expectation, Subject, View, holds, inside
from schemas.expectations.views import bands_of, outside_band
from schemas.register import MEAN_OF, NETWORK_FIGURES

#: Two figures that are the same differ by no more of their size than arithmetic in another order gives.
_SAME = 1e-9
#: Sums of whole thousands of kroner, or of persons.
_LESS_THAN_ONE = 0.5

_REMAKE = "Et av datasettene er eldre enn det andre: kjør `kostra run` for året, og se `kostra status`."


def _apart(left: pd.Series, right: pd.Series) -> pd.Series:
    """How far two figures are apart beyond arithmetic; one that stands alone is apart by 1."""
    distance = (left - right).abs() - _SAME * np.maximum(left.abs(), right.abs())
    lonely = left.notna() != right.notna()
    return distance.clip(lower=0).mask(lonely, 1.0)


def _texts(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    return frame.astype(dict.fromkeys(columns, "str"))


def _accounts_and_table(subject: Subject) -> pd.DataFrame:
    """Sums over all regions per scope, function and concept, in the accounts and in SSB's table."""
    table = subject.others["statbank/t12367"]
    served = table.assign(concept=table["art"].astype("str").map(subject.catalogue.concept_of_art()))
    keys = ["scope", "function", "concept"]
    sums = [
        _texts(rows.groupby(keys, observed=True)[figure].sum().reset_index(), *keys).set_index(keys)[figure]
        for rows, figure in ((subject.frame, "amount"), (served, "value"))
    ]
    found = pd.DataFrame({"accounts": sums[0], "table": sums[1]}).reset_index()
    off = (found["accounts"].fillna(0) - found["table"].fillna(0)).abs() - _LESS_THAN_ONE
    return found.assign(**{OUTSIDE: off.clip(lower=0)})


def _per_inhabitant(subject: Subject) -> pd.DataFrame:
    """Lowest and highest amount per inhabitant, per concept and municipality, beside the concept's band."""
    everybody = _everybody(subject.others["kostra/population"])
    frame = subject.frame
    ours = frame[(frame["region_kind"] == "municipality").to_numpy() & frame["amount"].notna().to_numpy()]
    keys = ["municipality", "concept"]
    found = _texts(ours.groupby(keys, observed=True)["amount"].agg(["min", "max"]).reset_index(), *keys)
    people = found["municipality"].map(everybody)
    bands = bands_of(subject, "concept")
    lowest = found["concept"].map({n: b.lowest for n, b in bands.items()}).astype("float64")
    highest = found["concept"].map({n: b.highest for n, b in bands.items()}).astype("float64")
    least, most = found["min"] / people, found["max"] / people
    off = np.maximum(outside_band(least, lowest, highest), outside_band(most, lowest, highest))
    return found.assign(least=least, most=most, lowest=lowest, highest=highest, **{OUTSIDE: off})


def _everybody(population: pd.DataFrame) -> pd.Series:
    """Inhabitants of all ages by municipality."""
    every = ((population["age_from"] == 0) & (population["age_to"] == OPEN_AGE)).to_numpy()
    rows = population.loc[every, ["municipality", "inhabitants"]]
    return rows.astype({"municipality": "str"}).set_index("municipality")["inhabitants"]


def _population_and_table(subject: Subject) -> pd.DataFrame:
    """All inhabitants of all municipalities, in the dataset and in SSB's table.

    Not in a year after which boundaries were drawn anew: the table counts within the new ones.
    """
    table = subject.others["statbank/t07459"]
    served = float(table.loc[table["sex"].isin(["1", "2"]).to_numpy(), "value"].sum())
    counted = float(_everybody(subject.frame).sum())
    found = pd.DataFrame({"counted": [counted], "served": [served], OUTSIDE: [abs(counted - served)]})
    return found.head(0) if subject.redrawn(subject.of_year) else found


def _entities(subject: Subject) -> pd.DataFrame:
    """Who the figures are of: a municipality of KLASS, a region of SSB's, or the network."""
    slugs = set(subject.others["klass/municipalities"]["slug"].astype("str"))
    networks = {f"{MEAN_OF}_{figure}" for figure in NETWORK_FIGURES}
    found = pd.DataFrame({"entity": subject.frame["entity"].astype("str").unique()}, dtype="str")
    known = [
        name in slugs or name in networks or bool(re.fullmatch(SSB_REGION, name)) for name in found["entity"]
    ]
    return found.assign(**{HOLDS: np.array(known, dtype=bool)})


def _grouped_municipalities(subject: Subject) -> pd.DataFrame:
    known = set(subject.others["klass/municipalities"]["code"].astype("str"))
    found = subject.frame[["group", "slug", "code"]].astype("str")
    return found.assign(**{HOLDS: found["code"].isin(known).to_numpy()})


def _members_and_indicators(subject: Subject) -> pd.DataFrame:
    """Per computed aggregate: members with data, highest and lowest, in it and in the indicators."""
    names = {name: net.members_in(subject.of_year) for name, net in subject.catalogue.networks.items()}
    pairs = [(name, member) for name, members in names.items() for member in members]
    members = pd.DataFrame(pairs, columns=["network", "municipality"], dtype="str")
    figures = _texts(
        subject.others["asss/indicators"][["municipality", "indicator", "value"]],
        "municipality",
        "indicator",
    ).dropna(subset="value")
    held = members.merge(figures, on="municipality")
    counted = held.groupby(["network", "indicator"])["value"].agg(["count", "max", "min"]).reset_index()
    own = subject.frame[(subject.frame["origin"] == "computed").to_numpy()]
    own = _texts(own[["network", "indicator", "members_with_data", "max", "min"]], "network", "indicator")
    own = own[own["network"].isin(list(names)).to_numpy()]
    return own.merge(counted, on=["network", "indicator"], how="left", suffixes=("", "_members")).fillna(
        {"count": 0}
    )


def _member_counts(subject: Subject) -> pd.DataFrame:
    found = _members_and_indicators(subject)
    return found.assign(
        **{HOLDS: (found["members_with_data"].astype("float64") == found["count"]).to_numpy()}
    )


def _member_extremes(subject: Subject) -> pd.DataFrame:
    found = _members_and_indicators(subject).dropna(subset="max")
    high = _apart(found["max"], found["max_members"])
    return found.assign(**{OUTSIDE: np.maximum(high, _apart(found["min"], found["min_members"]))})


def _own(subject: Subject) -> pd.Series:
    """The focal municipality's values in `asss/indicators`, by indicator."""
    rows = subject.others["asss/indicators"]
    own = rows.loc[(rows["municipality"] == subject.municipality).to_numpy(), ["indicator", "value"]]
    return own.astype({"indicator": "str"}).set_index("indicator")["value"]


def _profile_and_indicators(subject: Subject) -> pd.DataFrame:
    computed = subject.frame[(subject.frame["origin"] == "computed").to_numpy()]
    found = _texts(computed[["profile", "indicator", "value"]], "profile", "indicator")
    other = found["indicator"].map(_own(subject)).astype("float64")
    return found.assign(other=other, **{OUTSIDE: _apart(found["value"], other)})


def _profile_and_aggregates(subject: Subject) -> pd.DataFrame:
    rows = subject.others["asss/aggregates"]
    means = rows.loc[(rows["network"] == subject.network).to_numpy(), ["indicator", "mean"]]
    by_indicator = means.astype({"indicator": "str"}).set_index("indicator")["mean"]
    computed = subject.frame[(subject.frame["origin"] == "computed").to_numpy()]
    found = _texts(computed[["profile", "indicator", "mean"]], "profile", "indicator")
    other = found["indicator"].map(by_indicator).astype("float64")
    return found.assign(other=other, **{OUTSIDE: _apart(found["mean"], other)})


def _series_and_indicators(subject: Subject) -> pd.DataFrame:
    """Points of municipalities that nothing was adjusted in, beside the indicators."""
    keys = ["indicator", "municipality"]
    figures = _texts(subject.others["asss/indicators"][[*keys, "value"]], *keys).set_index(keys)["value"]
    frame = subject.frame
    plain = (
        (frame["entity_kind"] == "municipality").to_numpy()
        & (frame["origin"] == "computed").to_numpy()
        & (frame["adjustment"].astype("str") == "none").to_numpy()
    )
    found = _texts(
        frame.loc[plain, ["series", "indicator", "entity", "value"]], "indicator", "entity", "series"
    )
    wanted = pd.MultiIndex.from_arrays([found["indicator"], found["entity"]], names=keys)
    other = pd.Series(figures.reindex(wanted).to_numpy(), index=found.index)
    return found.assign(other=other, **{OUTSIDE: _apart(found["value"], other)})


def _efficiency_and_indicators(subject: Subject) -> pd.DataFrame:
    """Imported resource use per area, beside the indicator it is."""
    frame = subject.frame[(subject.frame["origin"] == "register").to_numpy()]
    found = _texts(frame[["area", "resource_use_index"]], "area")
    areas = {name: area.resource_use for name, area in subject.catalogue.efficiency_areas.items()}
    other = found["area"].map(areas).map(_own(subject)).astype("float64")
    value = found["resource_use_index"].astype("float64")
    both = value.notna() & other.notna()
    return found.assign(value=value, other=other, **{OUTSIDE: _apart(value, other).where(both)})


def _costs_and_totals(subject: Subject) -> pd.DataFrame:
    """Totals per service in NOK million, in the breakdown and in the control.

    Not where keys have distributed costs: the control counts them where SSB has them.
    """
    distributed = bool((subject.others["ledger/entries"]["share"] > 0).any())
    totals = subject.others[f"{subject.municipality}/control_totals"]
    ledger = totals[["service", "ledger_total"]].drop_duplicates("service").astype({"service": "str"})
    every = (subject.frame["director_area"] == TOTAL).to_numpy()
    found = subject.frame.loc[every, ["service", "amount"]].astype({"service": "str"})
    found = found.merge(ledger, on="service", how="left")
    found = found.assign(million=found["amount"] / 1e6)
    found = found.assign(**{OUTSIDE: _apart(found["million"], found["ledger_total"])})
    return found.head(0) if distributed else found


def _totals_and_accounts(subject: Subject) -> pd.DataFrame:
    """SSB's total of each control in NOK million, and the sum of the functions in the accounts."""
    accounts = subject.others["kostra/accounts"]
    own = accounts[(accounts["municipality"] == subject.municipality).to_numpy()]
    own = _texts(own[["scope", "function", "concept", "amount"]], "scope", "function", "concept")
    rows = []
    for breakdown, functions in subject.catalogue.breakdowns_in(subject.of_year):
        wanted = own["function"].isin(functions) & (own["concept"] == breakdown.concept)
        sums = own[wanted.to_numpy()].groupby("scope")["amount"].sum(min_count=1)
        rows += [(breakdown.id, scope, amount / 1000) for scope, amount in sums.items()]
    held = pd.DataFrame(rows, columns=["service", "scope", "accounts"])
    stated = _texts(subject.frame[["service", "scope", "ssb_total"]], "service", "scope").dropna()
    found = stated.merge(held.astype({"service": "str", "scope": "str"}), on=["service", "scope"], how="left")
    return found.assign(**{OUTSIDE: _apart(found["ssb_total"], found["accounts"])})


def _same_figure(
    name: str, title: str, view: View, tell: str, noun: str, needs: tuple[str, ...]
) -> Expectation:
    return inside(name, title, _REMAKE, view, severity="warning", tell=tell, noun=noun, needs=needs)


def relations(municipality: str) -> dict[str, tuple[Expectation, ...]]:
    """The relations each dataset stands in, by dataset name."""
    return {**_OF_FACTS, **_OF_FIGURES, **_of_published(municipality), **_of_ledger(municipality)}


_OF_FACTS: dict[str, tuple[Expectation, ...]] = {
    "klass/kostra_groups": (
        holds(
            "members_are_municipalities",
            "Kommunene i KOSTRA-gruppene finnes i KLASS 131",
            "Hent KLASS på nytt (`kostra run --refetch`): listene er fra hver sin dag.",
            _grouped_municipalities,
            severity="warning",
            tell="{group}: {slug} ({code})",
            noun="medlemskap",
            needs=("klass/municipalities",),
        ),
    ),
    "register/figures": (
        holds(
            "known_entities",
            "Tallene gjelder kommuner, grupper eller nettverk som finnes",
            "Er kommunen skrevet med navn i stedet for kortnavn i filen?",
            _entities,
            severity="warning",
            tell="{entity}",
            noun="enheter",
            needs=("klass/municipalities",),
        ),
    ),
    "kostra/accounts": (
        _same_figure(
            "sums_as_table_12367",
            "Summen av regnskapet er summen i SSBs tabell 12367",
            _accounts_and_table,
            "omfang {scope}, {function}, {concept}: {accounts} mot {table} i tabellen",
            "summer",
            ("statbank/t12367",),
        ),
        inside(
            "per_inhabitant_in_band",
            "Beløpene per innbygger ligger der de har pleid å ligge",
            "Se på kommunen i tabell 12367. Er beløpet riktig, utvides båndet i limits.yaml.",
            _per_inhabitant,
            severity="warning",
            tell="{municipality}, {concept}: fra {least} til {most} tusen kr, ventet {lowest} til {highest}",
            noun="kommuner og begreper",
            needs=("kostra/population",),
        ),
    ),
    "kostra/population": (
        _same_figure(
            "sums_as_table_07459",
            "Summen av innbyggerne er summen i SSBs tabell 07459",
            _population_and_table,
            "{counted} mot {served} i tabellen",
            "summer",
            ("statbank/t07459",),
        ),
    ),
}

_OF_FIGURES: dict[str, tuple[Expectation, ...]] = {
    "asss/aggregates": (
        holds(
            "members_as_indicators",
            "Snittene er regnet av de medlemmene som har tall",
            _REMAKE,
            _member_counts,
            severity="warning",
            tell="{network}, {indicator}: {members_with_data} i snittet, {count} med tall",
            noun="snitt",
            needs=("asss/indicators",),
        ),
        _same_figure(
            "extremes_as_indicators",
            "Høyest og lavest er det høyeste og laveste medlemmene har",
            _member_extremes,
            "{network}, {indicator}: {min}–{max} mot {min_members}–{max_members}",
            "snitt",
            ("asss/indicators",),
        ),
    ),
}


def _of_published(municipality: str) -> dict[str, tuple[Expectation, ...]]:
    indicators = ("asss/indicators",)
    same = "Tallet er det samme som i"
    return {
        f"{municipality}/service_profile": (
            _same_figure(
                "values_as_indicators",
                f"{same} asss/indicators",
                _profile_and_indicators,
                "{profile}: {indicator}: {value} mot {other}",
                "rader",
                indicators,
            ),
            _same_figure(
                "means_as_aggregates",
                "Snittet er det samme som i asss/aggregates",
                _profile_and_aggregates,
                "{profile}: {indicator}: {mean} mot {other}",
                "rader",
                ("asss/aggregates",),
            ),
        ),
        f"{municipality}/time_series": (
            _same_figure(
                "values_as_indicators",
                f"{same} asss/indicators der ingenting er justert",
                _series_and_indicators,
                "{series}, {entity}: {value} mot {other}",
                "punkter",
                indicators,
            ),
        ),
        f"{municipality}/efficiency": (
            _same_figure(
                "resource_use_as_indicators",
                "Ressursbruken er den samme som i asss/indicators",
                _efficiency_and_indicators,
                "{area}: {value} mot {other}",
                "områder",
                indicators,
            ),
        ),
    }


def _of_ledger(municipality: str) -> dict[str, tuple[Expectation, ...]]:
    totals = f"{municipality}/control_totals"
    return {
        f"{municipality}/director_area_costs": (
            _same_figure(
                "totals_as_control_totals",
                "Totalene er de som er avstemt mot SSB",
                _costs_and_totals,
                "{service}: {million} mot {ledger_total} mill. kr",
                "tjenester",
                (totals, "ledger/entries"),
            ),
        ),
        totals: (
            _same_figure(
                "ssb_totals_as_accounts",
                "SSBs totaler er summen av funksjonene i kostra/accounts",
                _totals_and_accounts,
                "{service}, omfang {scope}: {ssb_total} mot {accounts} mill. kr",
                "avstemminger",
                ("kostra/accounts",),
            ),
        ),
    }

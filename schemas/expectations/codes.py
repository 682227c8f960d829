"""Suites of what SSB and KLASS list: tables, codes looked up, municipalities, KOSTRA groups."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd

from schemas.expectations.declared import HOLDS, Expectation, Subject, holds
from schemas.expectations.views import are_in, at_once
from schemas.years import YEARS

#: Clocks of two machines differ by less.
_CLOCKS = timedelta(hours=1)


def _known_tables(subject: Subject) -> pd.DataFrame:
    return are_in(subject.frame["table"], subject.catalogue.tables)


def _expected_tables(subject: Subject) -> pd.DataFrame:
    listed = set(subject.frame["table"].astype("str"))
    expected = sorted(subject.catalogue.expected_tables(listed))
    titles = [subject.catalogue.tables[name].title for name in expected]
    found = pd.DataFrame({"table": expected, "title": titles}, dtype="str")
    return found.assign(**{HOLDS: found["table"].isin(listed)})


def _before_asked(subject: Subject) -> pd.DataFrame:
    frame = subject.frame[["table", "updated", "checked_at"]]
    late = (frame["updated"] > frame["checked_at"] + _CLOCKS).to_numpy()
    day = frame["updated"].dt.strftime("%Y-%m-%d")
    return pd.DataFrame({"table": frame["table"].astype("str"), "day": day, HOLDS: ~late})


def _periods_in_order(subject: Subject) -> pd.DataFrame:
    frame = subject.frame[["table", "first_period", "last_period"]].astype("str")
    return frame.assign(**{HOLDS: frame["first_period"] <= frame["last_period"]})


UPDATES = (
    holds(
        "known_tables",
        "Alle tabellene i listen er i katalogen",
        "Listen er laget med en annen katalog: kjør `kostra run` på nytt.",
        _known_tables,
        tell="{value} er ikke i katalogen",
        noun="tabeller",
    ),
    holds(
        "expected_tables",
        "Tabellene katalogen bygger på, står i SSBs liste",
        "Er tabellen avsluttet, må katalogen få etterfølgeren (`kostra sources check`).",
        _expected_tables,
        severity="warning",
        tell="{table} {title}",
        noun="tabeller",
    ),
    holds(
        "updated_before_asked",
        "Ingen tabell er oppdatert etter at listen ble hentet",
        "Klokken på denne maskinen eller hos SSB går feil; tidspunktene i utgavene blir da gale.",
        _before_asked,
        severity="warning",
        tell="{table} er oppdatert {day}",
        noun="tabeller",
    ),
    holds(
        "periods_in_order",
        "Første periode er ikke etter siste",
        "SSBs liste er feil; se på tabellen i Statistikkbanken.",
        _periods_in_order,
        severity="warning",
        tell="{table}: fra {first_period} til {last_period}",
        noun="tabeller",
    ),
)


def _tables_with_rows(subject: Subject) -> pd.DataFrame:
    looked_up = set(subject.frame["table"].astype("str"))
    found = pd.DataFrame({"table": list(subject.catalogue.tables)}, dtype="str")
    return found.assign(**{HOLDS: found["table"].isin(looked_up)})


def _resolved(subject: Subject) -> pd.DataFrame:
    frame = subject.frame[["table", "wanted_label", "problem"]]
    offered = frame["problem"].astype("str").str.contains("does not list", regex=False).to_numpy()
    return frame.assign(**{HOLDS: frame["problem"].isna().to_numpy() | offered})


METADATA = (
    holds(
        "every_table_looked_up",
        "Hver tabell i katalogen er slått opp",
        "Kjør `kostra run` på nytt med hele katalogen.",
        _tables_with_rows,
        tell="{table} er ikke slått opp",
        noun="tabeller",
    ),
    holds(
        "everything_found",
        "Alt katalogen ber om, finnes i tabellene SSB har",
        "`kostra sources check` viser nærmeste navn; rett katalogen når SSB har døpt om.",
        _resolved,
        severity="warning",
        tell="{table}: {wanted_label}: {problem}",
        noun="oppslag",
    ),
)


def _one_code(subject: Subject) -> pd.DataFrame:
    return at_once(subject.frame, "slug", YEARS)


def _one_municipality(subject: Subject) -> pd.DataFrame:
    return at_once(subject.frame, "code", YEARS)


def _wanted_municipalities(subject: Subject) -> pd.DataFrame:
    network = subject.catalogue.networks.get(subject.network)
    memberships = network.memberships if network else ()
    wanted = {subject.municipality, *(slug for each in memberships for slug in each.members)}
    known = set(subject.frame["slug"].astype("str"))
    found = pd.DataFrame({"slug": sorted(wanted)}, dtype="str")
    return found.assign(**{HOLDS: found["slug"].isin(known)})


MUNICIPALITIES = (
    holds(
        "one_code_at_a_time",
        "En kommune har én kode om gangen",
        "Se kodeendringene i KLASS 131; rett municipalities.yaml om en kommune er slått sammen feil.",
        _one_code,
        tell="{slug} har {rows} koder 31.12.{year}",
        noun="kommuner og år",
    ),
    holds(
        "one_municipality_per_code",
        "En kode er én kommune om gangen",
        "Se kodeendringene i KLASS 131; to kommuner kan ikke ha samme nummer.",
        _one_municipality,
        tell="{code} er {rows} kommuner 31.12.{year}",
        noun="koder og år",
    ),
    holds(
        "municipality_and_network_known",
        "Egen kommune og alle i nettverket finnes i KLASS",
        "Er navnet skrevet riktig (`--municipality`)? Nye kommunenavn legges i municipalities.yaml.",
        _wanted_municipalities,
        severity="warning",
        tell="{slug} finnes ikke",
        noun="kommuner",
    ),
)


def _one_group(subject: Subject) -> pd.DataFrame:
    return at_once(subject.frame, "slug", YEARS)


def _one_name(subject: Subject) -> pd.DataFrame:
    names = subject.frame.groupby("group", observed=True)["group_name"].nunique().reset_index(name="names")
    return names.assign(group=names["group"].astype("str"), **{HOLDS: np.asarray(names["names"] == 1)})


KOSTRA_GROUPS = (
    holds(
        "one_group_at_a_time",
        "En kommune er i én KOSTRA-gruppe om gangen",
        "Se korrespondansen i KLASS 112; en kommune i to grupper teller to ganger.",
        _one_group,
        tell="{slug} er i {rows} grupper 31.12.{year}",
        noun="kommuner og år",
    ),
    holds(
        "one_name_per_group",
        "En KOSTRA-gruppe har ett navn",
        "Gruppene ble inndelt på nytt i 2020; samme nummer kan ha hett noe annet før.",
        _one_name,
        severity="warning",
        tell="{group} har {names} navn",
        noun="grupper",
    ),
)

SUITES: dict[str, tuple[Expectation, ...]] = {
    "statbank/updates": UPDATES,
    "statbank/metadata": METADATA,
    "klass/municipalities": MUNICIPALITIES,
    "klass/kostra_groups": KOSTRA_GROUPS,
}

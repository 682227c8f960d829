"""Suite of `quality/expectations` itself: that it judged everything it says it did."""

from __future__ import annotations

import numpy as np
import pandas as pd

from schemas.expectations.declared import HOLDS, Expectation, Subject, holds, one_value


def _each_has_gate(subject: Subject) -> pd.DataFrame:
    """Every dataset that is told of, with how many expectations it was held against before its write."""
    frame = subject.frame[["dataset", "suite"]].astype("str")
    gate = frame.loc[(frame["suite"] == "gate").to_numpy(), "dataset"].value_counts()
    found = pd.DataFrame({"dataset": frame["dataset"].unique()}, dtype="str")
    found["rows"] = found["dataset"].map(gate).fillna(0).astype("int64")
    return found.assign(**{HOLDS: (found["rows"] > 0).to_numpy()})


def _words(subject: Subject) -> pd.DataFrame:
    """Whether every row says what was expected and what to do."""
    frame = subject.frame
    told = frame[["title", "observed", "advice"]].map(lambda text: bool(str(text).strip())).all(axis=1)
    named = frame[["dataset", "expectation"]].astype("str")
    return named.assign(**{HOLDS: np.asarray(told, dtype=bool)})


SUITES: dict[str, tuple[Expectation, ...]] = {
    "quality/expectations": (
        holds(
            "told_in_words",
            "Hver forventning sier hva som ventes, hva som er funnet, og hva noen skal se på",
            "Forventningen er skrevet uten tekst: rett den i schemas/expectations eller assets/quality.",
            _words,
            tell="{dataset}: {expectation}",
            noun="forventninger",
        ),
        holds(
            "judged_before_the_write",
            "Hvert datasett det fortelles om, er holdt mot sine forventninger før det ble lagret",
            "Datasettet er lagret av en eldre utgave av programmet: kjør `kostra run` for året.",
            _each_has_gate,
            severity="warning",
            tell="{dataset}",
            noun="datasett",
        ),
        one_value(
            "one_source",
            "Eksempeltall og SSBs tall er ikke blandet",
            "Hver kilde har sin mappe: slett ikke noe, men finn ut hvem som skrev i feil mappe.",
            "source",
            "kilder",
        ),
    ),
}

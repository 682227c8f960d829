"""Great Expectations, imported here and nowhere else, and only when something is judged: it takes seconds."""

from __future__ import annotations

import logging
import os
import threading
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pandas as pd

from schemas.expectations.declared import Expectation, Subject

#: Offending rows that are kept.
SHOWN = 5
#: Every row of a column is judged.
_BY_ROW = "ExpectColumnValuesToBeBetween"
#: One validation at a time: the context is one per process.
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What Great Expectations found.

    `judged` rows of the view, of which `broken` do not hold; `rows` are the first of those. Of sets it tells
    the values that are `missing` and `unexpected`; of numbers what was `observed`, and what was `wanted`.
    """

    success: bool
    judged: int
    broken: int = 0
    rows: tuple[Mapping[str, Any], ...] = ()
    missing: tuple[str, ...] = ()
    unexpected: tuple[str, ...] = ()
    observed: float | None = None
    wanted: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Shown:
    """An expectation with the frame it is shown for one subject."""

    expected: Expectation
    frame: pd.DataFrame
    arguments: Mapping[str, object]

    @property
    def by_row(self) -> bool:
        """Whether every row of a column is judged."""
        return self.expected.kind == _BY_ROW

    @property
    def excess(self) -> pd.Series[float]:
        """How far each judged row is beyond what it may be; 0 or less where it is well."""
        values = self.frame[str(self.arguments["column"])].dropna().astype("float64")
        return values if "max_value" in self.arguments else 1 - values


def judge(subject: Subject, expectations: Iterable[Expectation]) -> list[tuple[Expectation, Verdict]]:
    """Hold a subject against expectations, in their order."""
    shown = [
        _Shown(expected, expected.view(subject).reset_index(drop=True), expected.arguments(subject))
        for expected in expectations
    ]
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        # Its own deprecations are no concern of the data.
        warnings.simplefilter("ignore")
        well = _well([each.excess for each in shown if each.by_row])
        return [(each.expected, _held(each) if well and each.by_row else _verdict(each)) for each in shown]


def _well(excesses: list[pd.Series[float]]) -> bool:
    """Whether all rows of all columns are well: one question, where each costs milliseconds."""
    every = pd.concat(excesses, ignore_index=True) if excesses else pd.Series(dtype="float64")
    beyond = {"column": "excess", "max_value": 0}
    return every.empty or bool(
        _validated(every.to_frame("excess"), "ExpectColumnMaxToBeBetween", beyond, "BOOLEAN_ONLY").success
    )


def _held(shown: _Shown) -> Verdict:
    return Verdict(True, len(shown.excess), wanted=shown.arguments)


def _verdict(shown: _Shown) -> Verdict:
    if shown.by_row and shown.excess.empty:
        return _held(shown)
    kind, frame, arguments = shown.expected.kind, shown.frame, shown.arguments
    if _validated(frame, kind, arguments, "BOOLEAN_ONLY").success:
        return _held(shown) if shown.by_row else Verdict(True, len(frame), wanted=arguments)
    # The details are costly, and asked for only where there are any to tell.
    return _details(_validated(frame, kind, arguments, "COMPLETE"), frame, arguments)


def _validated(frame: pd.DataFrame, kind: str, arguments: Mapping[str, object], result_format: str) -> Any:  # noqa: ANN401
    batch = _batches().get_batch({"dataframe": frame})
    return batch.validate(expectation(kind, arguments), result_format=result_format)


def _details(found: Any, frame: pd.DataFrame, arguments: Mapping[str, object]) -> Verdict:  # noqa: ANN401
    if raised := _raised(found):
        raise RuntimeError(f"Great Expectations could not judge {arguments}: {raised}")
    result = found.result
    rows = frame.loc[list(result.get("unexpected_index_list") or [])[:SHOWN]]
    # Of sets it lists the values as well; of rows, `partial_unexpected_list` has what stands in the column.
    of_rows = "unexpected_index_list" in result
    return Verdict(
        success=False,
        judged=len(frame),
        broken=int(result.get("unexpected_count") or 0),
        rows=tuple({str(name): value for name, value in row.items()} for row in rows.to_dict("records")),
        missing=tuple(str(value) for value in result.get("partial_missing_list") or ()),
        unexpected=() if of_rows else tuple(str(v) for v in result.get("partial_unexpected_list") or ()),
        observed=result.get("observed_value"),
        wanted=arguments,
    )


def _raised(found: Any) -> str | None:  # noqa: ANN401
    """What went wrong inside; it reports exceptions one per metric, or one alone."""
    told = found.exception_info or {}
    alone = [told] if "raised_exception" in told else list(told.values())
    return next((str(each.get("exception_message")) for each in alone if each.get("raised_exception")), None)


def expectation(kind: str, arguments: Mapping[str, object]) -> Any:  # noqa: ANN401 - a class of theirs
    """The expectation as Great Expectations has it."""
    from great_expectations import expectations  # noqa: PLC0415

    return getattr(expectations, kind)(**arguments)


@cache
def _batches() -> Any:  # noqa: ANN401
    """Where frames become batches: an ephemeral context that tells nobody and draws no bars."""
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    import great_expectations as gx  # noqa: PLC0415
    from great_expectations.data_context.types.base import (  # noqa: PLC0415
        DataContextConfig,
        InMemoryStoreBackendDefaults,
    )

    # Everything in memory: by default it makes a folder for pages nobody asks for.
    stores = InMemoryStoreBackendDefaults(init_temp_docs_sites=False)
    context = gx.get_context(
        mode="ephemeral", project_config=DataContextConfig(store_backend_defaults=stores)
    )
    quiet(context)
    asset = context.data_sources.add_pandas("kostra").add_dataframe_asset("rows")
    return asset.add_batch_definition_whole_dataframe("all")


def quiet(context: Any) -> None:  # noqa: ANN401
    """No analytics, no progress bars, no talk."""
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    context.enable_analytics(False)
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    context.variables.save()

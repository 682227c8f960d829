"""Great Expectations' own pages (Data Docs), on demand; what people are meant to read is the quality page."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from schemas.expectations.declared import Expectation, Subject
from schemas.expectations.engine import expectation, quiet

_ROWS = "ExpectTableRowCountToEqual"


@dataclass(frozen=True, slots=True)
class _Project:
    """A project of theirs on disk, and the source its frames come from."""

    context: Any
    source: Any

    def judge(self, name: str, subject: Subject, expectations: list[Expectation]) -> None:
        """A page with a column per expectation; and one for the number of rows."""
        by_column = [each for each in expectations if each.kind != _ROWS]
        if by_column:
            shown = pd.concat({each.id: _column(each, subject) for each in by_column}, axis=1)
            self._page(name, shown, [_on_column(each, subject) for each in by_column])
        for each in expectations:
            if each.kind == _ROWS:
                told = expectation(each.kind, {**each.arguments(subject), "notes": each.title})
                self._page(f"{name} rader", each.view(subject), [told])

    def _page(self, name: str, frame: pd.DataFrame, expectations: list[Any]) -> None:
        from great_expectations import ExpectationSuite, ValidationDefinition  # noqa: PLC0415

        batches = self.source.add_dataframe_asset(name).add_batch_definition_whole_dataframe("alle rader")
        suite = self.context.suites.add(ExpectationSuite(name=name, expectations=expectations))
        definition = ValidationDefinition(name=name, data=batches, suite=suite)
        self.context.validation_definitions.add(definition).run(batch_parameters={"dataframe": frame})


def build_docs(folder: Path, judged: Iterable[tuple[str, Subject, list[Expectation]]]) -> Path:
    """Judge each subject, and write the pages under `folder`; the index page is returned.

    Args:
        folder: where Great Expectations keeps its project and pages.
        judged: name of the page, rows, and what they are held against.
    """
    import great_expectations as gx  # noqa: PLC0415

    folder.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        context = gx.get_context(mode="file", project_root_dir=str(folder))
        quiet(context)
        project = _Project(context, context.data_sources.add_or_update_pandas("kostra"))
        for name, subject, expectations in judged:
            project.judge(name, subject, expectations)
        [index] = context.build_data_docs().values()
    return Path(index.removeprefix("file://"))


def _column(expected: Expectation, subject: Subject) -> pd.Series:
    values: pd.Series = expected.view(subject)[_named(expected, subject)].reset_index(drop=True)
    return values.astype("float64") if pd.api.types.is_bool_dtype(values) else values


def _on_column(expected: Expectation, subject: Subject) -> object:
    arguments: Mapping[str, object] = {**expected.arguments(subject), "column": expected.id}
    return expectation(expected.kind, {**arguments, "notes": expected.title})


def _named(expected: Expectation, subject: Subject) -> str:
    return str(expected.arguments(subject)["column"])

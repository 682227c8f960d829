"""Dagster's door to the store: what an asset returns is stored if it is new, what it asks for is read.

What was read for a step is remembered until its output is stored, so that every commit names its true inputs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import dagster as dg
import pandas as pd

from pipelines import __version__
from pipelines.storage.frames import as_frame
from pipelines.storage.store import Provenance, Store, partition_of
from schemas.registry import Datasets
from schemas.validation import ValidatedTable, arrow_schema

#: Run tag that ties the runs of one command or tick together.
INVOCATION_TAG = "kostra/invocation"
_BACKFILL_TAG = "dagster/backfill"
#: Input metadata: absent years, all of them perhaps, are left out instead of being an error.
YEARS_HELD = "years_held"


@dataclass(frozen=True, slots=True)
class Publication:
    """What an asset hands over: rows that hold their contract, and inputs that are not assets."""

    table: ValidatedTable
    inputs: Mapping[str, str] = field(default_factory=dict)


class StoreIOManager(dg.IOManager):
    """Reads and writes datasets by asset key; a partition key is an accounting year."""

    def __init__(self, store: Store, datasets: Datasets, source: str) -> None:
        self._store = store
        self._datasets = datasets
        self._source = source
        self._read: defaultdict[tuple[str, str], dict[str, str]] = defaultdict(dict)

    def handle_output(self, context: dg.OutputContext, obj: object) -> None:
        """Store the publication unless the partition holds the same content already."""
        if not isinstance(obj, Publication):
            raise TypeError(
                f"{context.asset_key.to_user_string()} must return a Publication, not {type(obj)}"
            )
        # Not taken away: a step may have several outputs.
        inputs = {**self._read.get((context.run_id, context.step_key), {}), **obj.inputs}
        tags = context.step_context.run_tags
        stored = self._store.commit(
            obj.table,
            Provenance(
                invocation=invocation_of(tags, context.run_id),
                run_id=context.run_id,
                code_version=__version__,
                source=self._source,
                inputs=inputs,
            ),
        )
        context.add_output_metadata(
            {
                "stored": "new version" if stored.written else "unchanged, nothing written",
                "reason": stored.commit.reason,
                "delta_version": stored.commit.delta_version,
                "content_sha256": stored.commit.content_sha256,
                "dagster/uri": self._store.path(obj.table.contract.dataset),
            }
        )

    def load_input(self, context: dg.InputContext) -> pd.DataFrame:
        """The rows of the upstream dataset, for the years the partition mapping asks for."""
        dataset = "/".join(context.asset_key.path)
        contract = self._datasets[dataset]
        years: Sequence[int | None] = [None]
        # Oldest first: the newest of each partition stands.
        held = {commit.partition: commit.content_sha256 for commit in self._store.commits(dataset)}
        if context.has_asset_partitions:
            years = sorted(int(key) for key in context.asset_partition_keys)
            if (context.definition_metadata or {}).get(YEARS_HELD):
                years = [year for year in years if partition_of(year) in held]
                if not years:
                    return as_frame(contract, arrow_schema(contract).empty_table())
        step = (context.step_context.run_id, context.step_context.step.key)
        for year in years:
            name = dataset if year is None else f"{dataset}@{year}"
            self._read[step][name] = held.get(partition_of(year), "absent")[:12]
        return as_frame(contract, self._store.read(contract, years if contract.partitioned else None))


def invocation_of(tags: Mapping[str, str], run_id: str) -> str:
    """What ties the commits of a run to those of the same command, tick or backfill."""
    return tags.get(INVOCATION_TAG) or tags.get(_BACKFILL_TAG) or run_id

"""One question to one table, in as many calls as it takes; the same for both versions of the API."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from pipelines.statbank.errors import SelectionError, StatbankError, TableChangedError, nearest
from pipelines.statbank.jsonstat import parse
from pipelines.statbank.jsonstat_model import Dataset
from pipelines.statbank.merge import merge, verify
from pipelines.statbank.metadata import TableMetadata
from pipelines.statbank.planner import Part, cells_of, plan
from pipelines.statbank.transport import Response
from pipelines.statbank.window import refuse_unsettled

_LOG = logging.getLogger(__name__)

OnPart = Callable[[int, int], None]
Request = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Fetch:
    """What a table answered to one selection, with everything needed to tell how.

    `metadata` is the one the selection was expanded with: with codelists, `metadata.applied` names them.
    `responses` and `requests` belong together, one per call; an answer does not say what it was asked.
    """

    table: str
    metadata: TableMetadata
    dataset: Dataset
    responses: tuple[Response, ...]
    requests: tuple[Request, ...]

    @property
    def eliminated(self) -> tuple[str, ...]:
        """The variables left out by choice; the figures are totals over them."""
        kept = {dimension.code for dimension in self.dataset.dimensions}
        return tuple(variable.code for variable in self.metadata.dimensions if variable.code not in kept)

    @property
    def is_behind(self) -> bool:
        """Whether all contents were fetched, yet none is as new as the table: an answer from a cache."""
        metric, newest = self.metadata.with_role("metric"), self.metadata.updated
        if metric is None or newest is None or self.dataset.updated is None:
            return False
        return self.dataset.dimension(metric.code).codes == metric.codes and self.dataset.updated < newest


def collect(
    metadata: TableMetadata,
    expanded: Part,
    max_cells: int,
    send: Callable[[Part], tuple[Request, Response]],
    on_part: OnPart | None = None,
    settled_clock: Callable[[], datetime] | None = None,
) -> Fetch:
    """Plan the calls, send them one after the other, check each answer, and merge.

    Args:
        metadata: of the table, with the values the selection was expanded with.
        expanded: literal codes per variable.
        max_cells: most cells in one call.
        send: asks for one part and gives the request as sent, and the answer.
        on_part: told after each part how many are done, and of how many; a fetch done over starts from 1.
        settled_clock: the present; when given, nothing is asked or accepted from 05:00 to 08:15 Oslo time.

    Raises:
        StatbankError: a call failed, or an answer is not what was asked for.
    """
    parts = plan(metadata, expanded, max_cells)
    _LOG.info("table %s: %d cells in %d calls", metadata.table, cells_of(expanded), len(parts))
    datasets, exchanges = [], []
    for done, part in enumerate(parts, 1):
        if settled_clock:
            refuse_unsettled(settled_clock(), what=f"table {metadata.table}")
        request, response = send(part)
        if settled_clock:
            refuse_unsettled(response.retrieved_at, what=f"table {metadata.table}")
        dataset = parse(response.content)
        verify(metadata, part, dataset)
        datasets.append(dataset)
        exchanges.append((request, response))
        if on_part:
            on_part(done, len(parts))
    return Fetch(
        table=metadata.table,
        metadata=metadata,
        dataset=merge(metadata, datasets),
        responses=tuple(response for _, response in exchanges),
        requests=tuple(request for request, _ in exchanges),
    )


def settled_fetch(ask: Callable[[bool], Fetch]) -> Fetch:
    """The fetch, done over once when the first turns out to be of no single edition, or of an old one.

    Args:
        ask: fetches; told whether to read metadata anew and to get past the service's cache.

    Raises:
        TableChangedError: the table was published anew during both.
    """
    try:
        first = ask(False)
        if not first.is_behind:
            return first
        why = f"table {first.table}: figures of {first.dataset.updated}, metadata of {first.metadata.updated}"
    except TableChangedError as error:
        why = str(error)
    _LOG.warning("%s; fetching it once more", why)
    try:
        return ask(True)
    except TableChangedError as error:
        raise TableChangedError(f"{error}. This happened twice in a row; try again later") from error


def explained(error: StatbankError, current: TableMetadata, part: Part) -> StatbankError:
    """The server's refusal with the variable and value it does not name, where metadata read anew shows it.

    Args:
        error: the refusal.
        current: metadata read after the refusal.
        part: the codes that were asked for.
    """
    complaints = [text for code, codes in part.items() for text in _complaints(current, code, codes)]
    if not complaints:
        return error
    return SelectionError(
        f"{str(error).rstrip('.')}. Table {current.table} as it is now: {'; '.join(complaints)}"
    )


def _complaints(current: TableMetadata, code: str, codes: tuple[str, ...]) -> list[str]:
    variable = next((variable for variable in current.dimensions if variable.code == code), None)
    if variable is None:
        known = {variable.code: variable.label for variable in current.dimensions}
        return [f"it has no variable {code}; nearest: {nearest(code, known)}"]
    gone = [value for value in codes if value not in variable.codes]
    complaints = [
        f"variable {code} has no value {value!r}; nearest: {nearest(value, variable.labelled)}"
        for value in gone[:3]
    ]
    if len(gone) > len(complaints):
        complaints.append(f"{len(gone)} values of variable {code} are gone in all")
    lowered = [value.lower() for value in codes]
    twice = sorted({value for value in lowered if lowered.count(value) > 1})
    if twice:
        complaints.append(f"variable {code} has {', '.join(twice)} twice, ignoring case")
    return complaints

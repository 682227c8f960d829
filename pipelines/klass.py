"""Client for KLASS, SSB's classifications: codes, changes and correspondences as typed rows.

KLASS answers XML unless JSON is asked for, and a range of dates includes its first day and excludes
its last. Where it cannot answer for a range, it is asked for single days instead.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, Protocol, TypeVar

from assets.klass.rows import Change, Code, Correspondence
from pipelines.klass_bodies import (
    Call,
    KlassError,
    read_changes,
    read_codes,
    read_codes_at,
    read_correspondences,
    read_correspondences_at,
    states_validity,
)
from pipelines.statbank.errors import InvalidRequestError, NotFoundError, RefusedError
from pipelines.statbank.transport import Response

MUNICIPALITIES = 131
KOSTRA_GROUPS = 112

log = logging.getLogger(__name__)
Row = TypeVar("Row")


class Getter(Protocol):
    """What the client needs of `pipelines.statbank.transport.Transport`."""

    def get(
        self, url: str, *, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Response:
        """GET `url`, or raise a StatbankError."""
        ...


@dataclass(frozen=True, slots=True)
class Answer(Generic[Row]):
    """Rows, and the calls they were read from, as served."""

    rows: tuple[Row, ...]
    responses: tuple[Response, ...]


class KlassClient:
    """Asks KLASS; `base_url` is the address up to and including `/v1`, `language` nb, nn or en."""

    def __init__(self, base_url: str, transport: Getter, language: str = "nb") -> None:
        self._base_url = base_url.rstrip("/")
        self._transport = transport
        self._language = language

    def codes(self, classification: int, date_from: date, date_to: date) -> Answer[Code]:
        """Codes valid on some day of the range, with validity within it (`valid_to` None: to its end).

        Raises:
            StatbankError: no usable answer, for the range or for single days.
        """
        response = self._codes_of_range(classification, date_from, date_to)
        if response is not None:
            responses = [response]
        else:
            days = days_to_ask(date_from, date_to)
            responses = [self._get(classification, "codesAt", date=day.isoformat()) for day in days]
        return Answer(read_codes(map(_call, responses), date_to), tuple(responses))

    def codes_at(self, classification: int, day: date) -> Answer[Code]:
        """Codes valid on one day; for 131 KLASS does not say since when."""
        response = self._get(classification, "codesAt", date=day.isoformat())
        return Answer(read_codes_at(_call(response)), (response,))

    def changes(self, classification: int, date_from: date, date_to: date) -> Answer[Change]:
        """Code changes that occurred in the range."""
        response = self._get(classification, "changes", **_range(date_from, date_to))
        return Answer(read_changes(_call(response)), (response,))

    def corresponds(
        self, source: int, target: int, date_from: date, date_to: date, days: Iterable[date] = ()
    ) -> Answer[Correspondence]:
        """Correspondences from `source` to `target`, with validity within the range.

        KLASS answers 404 for a range with a gap, and where it holds the table in the other direction
        only. Then the other direction is asked, and at last every 1 January of the range and the given
        `days`; days without a table are left out of the validities.

        Raises:
            KlassError: no table in either direction on any of the days.
            StatbankError: no usable answer.
        """
        directions = ((source, target), (target, source))
        for one, other in directions:
            response = self._if_found(one, "corresponds", other, **_range(date_from, date_to))
            if response is not None:
                responses = [response]
                break
        else:
            asked = days_to_ask(date_from, date_to, days)
            responses = self._correspondences_by_day(directions, asked)
        return Answer(read_correspondences(map(_call, responses), source, date_to), tuple(responses))

    def corresponds_at(
        self, source: int, target: int, day: date, *, inverted: bool = False
    ) -> Answer[Correspondence]:
        """Correspondences on one day; `inverted` turns round a table KLASS holds from target to source."""
        asked = {"targetClassificationId": str(target), "date": day.isoformat()}
        if inverted:
            asked["inverted"] = "true"
        response = self._get(source, "correspondsAt", **asked)
        return Answer(read_correspondences_at(_call(response)), (response,))

    def _codes_of_range(self, classification: int, date_from: date, date_to: date) -> Response | None:
        """The answer for the range, or None when KLASS refuses it or leaves the validity out."""
        try:
            response = self._get(classification, "codes", **_range(date_from, date_to))
        except (RefusedError, InvalidRequestError) as error:
            log.warning("%s; asking for single days instead", error)
            return None
        if states_validity(_call(response)):
            return response
        log.warning(
            "KLASS %s: codes of the range come without validity; asking for single days", classification
        )
        return None

    def _correspondences_by_day(
        self, directions: Sequence[tuple[int, int]], days: Iterable[date]
    ) -> list[Response]:
        """The answers for single days, all in the direction that first gave one."""
        answers: list[Response] = []
        for day in sorted(days, reverse=True):
            for source, target in directions:
                response = self._if_found(source, "correspondsAt", target, date=day.isoformat())
                if response is not None:
                    answers.append(response)
                    directions = [(source, target)]
                    break
            else:
                log.info("KLASS has no correspondence of %s and %s on %s", *directions[0], day)
        if not answers:
            source, target = directions[0]
            raise KlassError(
                f"KLASS has no correspondence of {source} and {target}, in either direction, on any of "
                f"{', '.join(map(str, sorted(days)))}; check the classification numbers and the dates"
            )
        return answers

    def _if_found(self, source: int, action: str, target: int, **asked: str) -> Response | None:
        try:
            return self._get(source, action, targetClassificationId=str(target), **asked)
        except NotFoundError:
            return None

    def _get(self, classification: int, action: str, **asked: str) -> Response:
        return self._transport.get(
            f"{self._base_url}/classifications/{classification}/{action}",
            params=asked | {"language": self._language},
            headers={"Accept": "application/json"},
        )


def days_to_ask(date_from: date, date_to: date, extra: Iterable[date] = ()) -> tuple[date, ...]:
    """The first day of the range, every 1 January within it, and the `extra` days within it."""
    new_years = (date(year, 1, 1) for year in range(date_from.year, date_to.year + 1))
    return tuple(sorted({day for day in (date_from, *new_years, *extra) if date_from <= day < date_to}))


def _range(date_from: date, date_to: date) -> dict[str, str]:
    if date_from >= date_to:
        raise ValueError(f"an empty range: from {date_from} included to {date_to} excluded")
    return {"from": date_from.isoformat(), "to": date_to.isoformat()}


def _call(response: Response) -> Call:
    return response.url, response.content

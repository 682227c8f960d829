"""What to ask a table for, worked out here against its metadata, so that the server only ever sees codes.

Every expression of PxWebApi v2 has the server's own meaning: tested in the server's order, ignoring case.
Where the server would answer something else in silence (a pattern without a match, a variable left
out), the selection is refused.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final

from pipelines.statbank.errors import SelectionError, nearest
from pipelines.statbank.metadata import TableMetadata, VariableMetadata

_COUNTED = re.compile(r"(top|bottom)\(([1-9][0-9]*)(?:,([0-9]+))?\)", re.IGNORECASE)
_SPANS = {
    "range(": re.compile(r"range\(([^,]+),([^,)]+)\)", re.IGNORECASE),
    "from(": re.compile(r"from\(([^,]+)\)", re.IGNORECASE),
    "to(": re.compile(r"to\(([^,]+)\)", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """The values wanted of one variable: codes and expressions, freely mixed.

    Expressions: `*`, `x*`, `*x`, `*x*`, `a?b`, `top(n)`, `top(n,skip)`, `bottom(…)`, `from(c)`, `to(c)`,
    `range(a,b)`. With `codelist` they are read among the values of that codelist.
    """

    values: tuple[str, ...]
    codelist: str | None = None
    eliminate: bool = False

    def __post_init__(self) -> None:
        values: object = self.values
        if not isinstance(values, tuple | list) or not all(isinstance(item, str) for item in values):
            raise SelectionError(f"the values of a choice are a tuple of texts, not {values!r}")
        object.__setattr__(self, "values", tuple(values))
        if self.eliminate and (self.values or self.codelist):
            raise SelectionError("an eliminated variable (ELIMINATE) has neither values nor a codelist")


Selection = Mapping[str, Choice]

ELIMINATE: Final = Choice((), eliminate=True)
"""Leave the variable out and take the table's total over it. Must be said: nothing is left out in silence."""


def expand(metadata: TableMetadata, selection: Selection) -> dict[str, tuple[str, ...]]:
    """The literal codes to ask for, per variable that stays in the answer.

    Args:
        metadata: of the table; with codelists, the metadata that lists their values (`applied`).
        selection: one choice for every variable of the table.

    Returns:
        Variables and codes in metadata order, each code once.

    Raises:
        SelectionError: names table, variable, value and the nearest candidates.
    """
    chosen = choices_by_variable(metadata, selection)
    expanded: dict[str, tuple[str, ...]] = {}
    for variable in metadata.dimensions:
        choice = chosen[variable.code]
        if not choice.eliminate:
            expanded[variable.code] = _codes(metadata, variable, choice)
    return expanded


def choices_by_variable(metadata: TableMetadata, selection: Selection) -> dict[str, Choice]:
    """The selection keyed by the table's own variable codes: each variable once, none left out."""
    chosen: dict[str, Choice] = {}
    for name, choice in selection.items():
        code = metadata.variable(name).code
        if code in chosen:
            raise SelectionError(f"table {metadata.table}: variable {code} is chosen more than once")
        chosen[code] = choice
    for variable in metadata.dimensions:
        if variable.code not in chosen:
            raise SelectionError(_left_out(metadata.table, variable))
        if chosen[variable.code].eliminate and not variable.elimination:
            raise SelectionError(
                f"table {metadata.table}: variable {variable.code} ({variable.label}) cannot be eliminated"
            )
    return chosen


def chosen_codelists(metadata: TableMetadata, selection: Selection) -> dict[str, str]:
    """The codelist per variable, each one of the table's own.

    Raises:
        SelectionError: the variable has no such codelist (ids keep their case); it lists those it has.
    """
    codelists = {}
    for code, choice in choices_by_variable(metadata, selection).items():
        if choice.codelist is None:
            continue
        variable = metadata.variable(code)
        if choice.codelist not in {codelist.id for codelist in variable.codelists}:
            own = "; ".join(f"{codelist.id} ({codelist.label})" for codelist in variable.codelists)
            raise SelectionError(
                f"table {metadata.table}: variable {code} has no codelist {choice.codelist!r}; "
                f"it has: {own or 'none'}. Codelist ids are case-sensitive."
            )
        codelists[code] = choice.codelist
    return codelists


def _left_out(table: str, variable: VariableMetadata) -> str:
    named = f"table {table}: variable {variable.code} ({variable.label}) is left out"
    if variable.elimination:
        return f"{named}; choose values, or ELIMINATE to get the total over it"
    return f"{named} and cannot be eliminated; choose values, for instance '*'"


def _codes(metadata: TableMetadata, variable: VariableMetadata, choice: Choice) -> tuple[str, ...]:
    where = f"table {metadata.table}: variable {variable.code}"
    if choice.codelist != metadata.applied.get(variable.code):
        raise SelectionError(
            f"{where}: the values listed are those of codelist {metadata.applied.get(variable.code)}, "
            f"not of {choice.codelist}; read metadata with that codelist first"
        )
    if not choice.values:
        raise SelectionError(f"{where}: no values chosen; choose '*' for all, or ELIMINATE for the total")
    positions: set[int] = set()
    for item in choice.values:
        found = _positions(variable, item, where)
        if not found:
            raise SelectionError(f"{where}: {item!r} matches none of its {len(variable.codes)} values")
        positions.update(found)
    codes = tuple(variable.codes[at] for at in sorted(positions))
    _refuse_twins(codes, where)
    return codes


def _refuse_twins(codes: tuple[str, ...], where: str) -> None:
    """The server ignores case, so two codes that differ in case only are one code, twice: a 500."""
    seen: dict[str, str] = {}
    for code in codes:
        twin = seen.setdefault(code.lower(), code)
        if twin != code:
            raise SelectionError(f"{where}: {twin!r} and {code!r} differ in case only; choose one of them")


def _positions(variable: VariableMetadata, item: str, where: str) -> Collection[int]:
    """Where the values an item stands for are, in the order of the server's tests."""
    exact = _position(variable, item)
    if exact is not None:
        return (exact,)
    lowered = item.lower()
    span = next((prefix for prefix in _SPANS if lowered.startswith(prefix)), None)
    if lowered.startswith(("top(", "bottom(")):
        return _counted(variable, item, where)
    if span:
        return _spanned(variable, item, _SPANS[span], where)
    if "?" in item:
        return _matching(variable, _masked(item))
    if "*" in item:
        return _matching(variable, _starred(item, where))
    raise SelectionError(_unknown(variable, item, item, where))


def _position(variable: VariableMetadata, code: str) -> int | None:
    """Position of a code: as written if it exists so, else the first that differs in case only."""
    if code in variable.codes:
        return variable.codes.index(code)
    lowered = [known.lower() for known in variable.codes]
    return lowered.index(code.lower()) if code.lower() in lowered else None


def _counted(variable: VariableMetadata, item: str, where: str) -> range:
    """`top` and `bottom`: the newest and the oldest periods, but the first and the last of other values."""
    read = _COUNTED.fullmatch(item)
    if read is None:
        raise SelectionError(
            f"{where}: {item!r} is not top(n), top(n,skip), bottom(n) or bottom(n,skip) "
            "with n at least 1 and no spaces"
        )
    count, skip, size = int(read[2]), int(read[3] or 0), len(variable.codes)
    from_end = (read[1].lower() == "top") == (variable.role == "time")
    if from_end:
        return range(max(0, size - skip - count), max(0, size - skip))
    return range(min(skip, size), min(skip + count, size))


def _spanned(variable: VariableMetadata, item: str, form: re.Pattern[str], where: str) -> range:
    """`from`, `to` and `range`: by position in the metadata, both ends included."""
    read = form.fullmatch(item)
    if read is None:
        raise SelectionError(
            f"{where}: {item!r} is not range(a,b), from(a) or to(a) with codes that hold no comma"
        )
    ends = []
    for code in read.groups():
        end = _position(variable, code)
        if end is None:
            raise SelectionError(_unknown(variable, code, item, where))
        ends.append(end)
    if form is _SPANS["from("]:
        ends.append(len(variable.codes) - 1)
    if form is _SPANS["to("]:
        ends.append(0)
    return range(min(ends), max(ends) + 1)


def _masked(item: str) -> Callable[[str], bool]:
    """`?` is exactly one character; everything else, an asterisk too, is itself."""
    pattern = ".".join(re.escape(piece) for piece in item.split("?"))
    compiled = re.compile(pattern, re.IGNORECASE | re.DOTALL)
    return lambda code: compiled.fullmatch(code) is not None


def _starred(item: str, where: str) -> Callable[[str], bool]:
    """`*` at the start, the end or both: ends with, starts with, contains."""
    leading, trailing = item.startswith("*"), item.endswith("*") and len(item) > 1
    text = item[leading : len(item) - trailing].lower()
    if "*" in text:
        raise SelectionError(f"{where}: {item!r}: an asterisk may stand only first and last, once each")
    if leading and trailing:
        return lambda code: text in code.lower()
    if leading:
        return lambda code: code.lower().endswith(text)
    return lambda code: code.lower().startswith(text)


def _matching(variable: VariableMetadata, matches: Callable[[str], bool]) -> list[int]:
    return [at for at, code in enumerate(variable.codes) if matches(code)]


def _unknown(variable: VariableMetadata, code: str, item: str, where: str) -> str:
    inside = "" if code == item else f" (in {item!r})"
    return f"{where}: no value {code!r}{inside}; nearest: {nearest(code, variable.labelled)}"

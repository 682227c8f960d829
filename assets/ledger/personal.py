"""Columns that look like persons: refused unless the layout says to leave them unread."""

from __future__ import annotations

import re
from collections.abc import Collection

import pyarrow as pa
import pyarrow.compute as pc

from assets.tabular.problems import Findings
from assets.tabular.sheet import Sheet

_LETTERS = str.maketrans("æøå", "eoa")
_WHOLE_NAMES = re.compile(
    "navn|name|fulltnavn|fullname|ansatt|ansattid|ansattnr|ansattnummer|employee|employeeid|employeeno|"
    "person|personid|personnr|persnr|personnummer|fnr|dnr|dnummer|ssn|bruker|brukernavn|klient|pasient|"
    "mottaker|mottakernavn|kunde|kundenavn|leverandor|leverandornavn|betaler|saksbehandler|attestant|"
    "anviser|godkjenner|registrertav|epost|email|mail|telefon|telefonnr|mobil|mobilnr|phone|adresse|"
    "address"
)
_PARTS = re.compile(
    "fodsel|foedsel|personn(?:r|um|avn)|fornavn|etternavn|mellomnavn|firstname|lastname|surname|middlename|"
    "ansattn(?:r|avn|um)|employeen|nationalid|birth|brukern(?:r|avn)|klientn|pasientn"
)
_ELEVEN_DIGITS = r"(?:^|[^0-9])[0-9]{6} ?[0-9]{5}(?:[^0-9]|$)"
_FIND_ELEVEN = re.compile(r"(?<!\d)(\d{6}) ?(\d{5})(?!\d)")
_WEIGHTS = ((3, 7, 6, 1, 8, 9, 4, 5, 2, 1), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1))
#: Distinct values looked at per column: a column of national ids shows itself at once.
_LOOKED_AT = 2000
#: One in 800 random numbers of eleven digits passes for a national id; payment references are such numbers.
_SUSPICIOUS_SHARE = 0.05


def refuse_personal(sheet: Sheet, ignored: Collection[str], amounts: str | None, findings: Findings) -> None:
    """Add a problem for every column that looks personal, by its name or by what it holds.

    Args:
        sheet: the file.
        ignored: columns the layout leaves unread.
        amounts: the column of amounts, whose digits are no identity.
        findings: what is found is added here; the values themselves are never told.
    """
    left_out = {name.casefold() for name in ignored}
    for name, column in zip(sheet.header, sheet.columns, strict=True):
        if name.casefold() in left_out:
            continue
        holds_ids = name != amounts and _holds_ids(column.texts)
        why = "its name" if _personal_name(name) else "its values" if holds_ids else ""
        if why:
            findings.problem(
                "personal",
                f"no personal data: the column looks personal by {why}; take it out of the file, "
                "or list it under `ignore_columns` in ledger.yaml",
                column=name,
            )


def _personal_name(name: str) -> bool:
    plain = re.sub("[^a-z]", "", name.casefold().translate(_LETTERS))
    return bool(_WHOLE_NAMES.fullmatch(plain) or _PARTS.search(plain))


def _holds_ids(texts: pa.Array) -> bool:
    """Whether any value holds a Norwegian national identity number (fødselsnummer, D-nummer)."""
    found = texts.filter(pc.match_substring_regex(texts, _ELEVEN_DIGITS)).unique()[:_LOOKED_AT]
    numbers = [match[1] + match[2] for text in found.to_pylist() for match in _FIND_ELEVEN.finditer(text)]
    ids = sum(is_national_id(digits) for digits in numbers)
    return ids > 0 and ids >= _SUSPICIOUS_SHARE * len(numbers)


def is_national_id(digits: str) -> bool:
    """Whether eleven digits are a national identity number, by its date and two check digits."""
    day, month = int(digits[:2]) % 40, int(digits[2:4]) % 40
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return False
    numbers = [int(digit) for digit in digits]
    return all(sum(w * d for w, d in zip(weights, numbers, strict=False)) % 11 == 0 for weights in _WEIGHTS)

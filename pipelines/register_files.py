"""The register files of one source: those that come with the catalogue, and those imported, in that order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from assets.register.entities import entities_of
from assets.register.figures import newest
from assets.register.register_file import RegisterFile, Vocabulary, read_register
from assets.register.suppression import without_hints
from pipelines.known import known_to
from pipelines.ledger_files import FromFiles
from pipelines.settings import Settings
from pipelines.storage.archive import sha256_of
from pipelines.storage.imports import Imported, Imports
from pipelines.years import YEARS
from schemas.catalogue import Catalogue
from schemas.register import FIGURES

KIND = "register"


@dataclass(frozen=True, slots=True)
class HeldFile:
    """One register file that counts. `imported` is None for a file that comes with the catalogue."""

    name: str
    sha256: str
    file: RegisterFile
    imported: Imported | None

    @property
    def reason(self) -> str | None:
        """Why figures of it replaced others, where they did."""
        return self.imported.facts.get("replaces") if self.imported else None


class RegisterFiles:
    """Reads what is held; a file is read once per set of municipalities."""

    def __init__(self, settings: Settings, catalogue: Catalogue) -> None:
        self._imports = Imports(settings.register)
        self._known = known_to(settings)
        self._catalogue = catalogue
        self._read: dict[tuple[str, frozenset[str]], RegisterFile] = {}

    def figures(self, year: int, municipalities: pd.DataFrame) -> FromFiles:
        """Rows of `register/figures` of one year, and the files they come from.

        Args:
            year: the accounting year.
            municipalities: `klass/municipalities`.

        Raises:
            DataError: a held file does not fit the catalogue any more.
            ArchiveError: a held file is damaged.
        """
        held = self.held(municipalities)
        frame = without_hints(self.current(held))
        frame = frame[frame["year"] == year]
        reasons = {each.sha256: each.reason for each in held}
        inputs = {
            f"register {name}": f"{sha256[:12]}{f' ({reasons[sha256]})' if reasons[sha256] else ''}"
            for name, sha256 in frame[["file_name", "file_sha256"]].drop_duplicates().itertuples(index=False)
        }
        return FromFiles(frame[list(FIGURES.columns)], inputs)

    def current(self, held: list[HeldFile]) -> pd.DataFrame:
        """The newest of each figure, of those published by the date that counts."""
        frames, published_by = [each.file.figures for each in held], self._known.register_by
        if published_by is not None:
            frames = [frame[frame["provider_date"] <= published_by] for frame in frames]
        return newest(frames)

    def held(self, municipalities: pd.DataFrame | None) -> list[HeldFile]:
        """Every file, in the order they count.

        Args:
            municipalities: `klass/municipalities`; without it only members of networks are known.
        """
        return list(self._held(self.vocabulary(municipalities)))

    def vocabulary(self, municipalities: pd.DataFrame | None) -> Vocabulary:
        """What a register file may name."""
        return Vocabulary(self._catalogue.indicators, entities_of(self._catalogue, municipalities), YEARS)

    def _held(self, vocabulary: Vocabulary) -> Iterator[HeldFile]:
        shipped = {name: c for name, c in self._catalogue.registers.items() if self._known.ships(name)}
        for name, content in shipped.items():
            yield HeldFile(name, sha256_of(content), self._figures(name, content, vocabulary), None)
        for imported in filter(self._known.counts, self._imports.all()):
            content = self._imports.content(imported)
            file = self._figures(imported.name, content, vocabulary)
            yield HeldFile(imported.name, imported.sha256, file, imported)

    def _figures(self, name: str, content: bytes, vocabulary: Vocabulary) -> RegisterFile:
        key = sha256_of(content), vocabulary.entities.known
        if key not in self._read:
            file = read_register(content, name, vocabulary)
            file.findings.refuse()
            self._read[key] = file
        return self._read[key]


def slots_of(figures: pd.DataFrame) -> tuple[str, ...]:
    """What a file stands for: one slot per figure."""
    return tuple(" ".join(map(str, key)) for key in figures[list(FIGURES.key)].itertuples(index=False))

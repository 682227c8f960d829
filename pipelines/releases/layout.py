"""Where things lie in a release.

    data/<group>/<name>.parquet|csv   one file per dataset, the year as a column
    inputs/                           the inputs as they were held: archive/, register/, ledger/
    rapport.html  LESMEG.md           for people
    datapackage.json                  every column, for machines (Frictionless Data Package)
    inputs.lock.json                  which editions, files, catalogue and code it was made from
    MANIFEST.json                     every other file with its hash; written last

Of modelled figures the names of data files and of what people read end in `-EKSEMPELTALL`.
"""

from __future__ import annotations

from pathlib import PurePosixPath

MANIFEST = "MANIFEST.json"
DATAPACKAGE = "datapackage.json"
LOCK = "inputs.lock.json"
INPUTS = "inputs"
REPORT = "rapport.html"
README = "LESMEG.md"
SAMPLE_MARK = "EKSEMPELTALL"


def marked(name: str, source: str) -> str:
    """`name`, with the mark of modelled figures before its ending where the source is the sample."""
    if source != "sample":
        return name
    path = PurePosixPath(name)
    return str(path.with_name(f"{path.stem}-{SAMPLE_MARK}{path.suffix}"))


def data_file(dataset: str, ending: str, source: str) -> str:
    """The file of a dataset; `ending` is `parquet` or `csv`."""
    return marked(f"data/{dataset}.{ending}", source)


def release_name(municipality: str, year: int, tree_sha256: str, source: str) -> str:
    """The folder of a release, by what is in it: equal releases have equal names."""
    return marked(f"{municipality}-{year}-{tree_sha256[:12]}", source)

"""Commands as people type them, against one home."""

import csv
import io
from pathlib import Path

from click.testing import CliRunner, Result

from pipelines.cli.main import main


class Shell:
    """Commands against one home and one stand-in."""

    def __init__(self, home: Path, statbank_url: str, klass_url: str) -> None:
        self.home = home
        self.urls = ["--statbank-url", statbank_url, "--klass-url", klass_url]
        self.v0_url = statbank_url.replace("/pxwebapi/v2", "/v0/no")

    def __call__(self, *arguments: str, expect: int = 0) -> Result:
        result = CliRunner().invoke(main, [*arguments, "--home", str(self.home)])
        assert result.exit_code == expect, result.stderr
        return result

    def rows(self, *arguments: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self(*arguments, "--csv").stdout)))

"""The command `kostra`."""

from __future__ import annotations

from importlib import import_module

import click

from pipelines import __version__

#: Command → module and attribute. A module is imported when its command is called: Dagster costs a second.
_COMMANDS = {
    "run": "pipelines.cli.run:run",
    "show": "pipelines.cli.show:show",
    "explain": "pipelines.cli.explain:explain",
    "series": "pipelines.cli.series:series",
    "reconcile": "pipelines.cli.reconcile:reconcile_",
    "release": "pipelines.cli.release:release",
    "history": "pipelines.cli.history:history",
    "diff": "pipelines.cli.diff:diff",
    "revisions": "pipelines.cli.revisions:revisions",
    "status": "pipelines.cli.status:status",
    "quality": "pipelines.cli.quality:quality",
    "dictionary": "pipelines.cli.dictionary:dictionary_",
    "sources": "pipelines.cli.sources:sources",
    "register": "pipelines.cli.register:register",
    "ledger": "pipelines.cli.ledger:ledger",
    "statbank": "pipelines.cli.statbank:statbank",
    "ui": "pipelines.cli.ui:ui",
}


class LazyGroup(click.Group):
    """A group that imports a command when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Commands in the order a newcomer meets them."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command, imported now."""
        if cmd_name not in _COMMANDS:
            return None
        module, attribute = _COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kostra")
def main() -> None:
    """KOSTRA figures from SSB to versioned Parquet and service profiles, reproducibly."""


if __name__ == "__main__":
    main()

"""``python -m pipelines.standin``: serve the sample tables until interrupted."""

from __future__ import annotations

import signal
import threading

import click

from pipelines.standin.faults import FAULTS, Faults
from pipelines.standin.server import RATE_LIMIT, StandinServer


def fault_help() -> str:
    """One line per fault, for the end of the help text."""
    return "\b\nFaults:\n" + "\n".join(f"  {name:22} {fault.description}" for name, fault in FAULTS.items())


@click.command(epilog=fault_help())
@click.option("--port", default=0, show_default=True, help="Port on 127.0.0.1; 0 takes a free one.")
@click.option("--rate-limit", default=RATE_LIMIT, show_default=True, help="Calls per 60 seconds before 429.")
@click.option(
    "--fault", "faults", multiple=True, type=click.Choice(list(FAULTS)), metavar="NAME", help="Repeatable."
)
def main(port: int, rate_limit: int, faults: tuple[str, ...]) -> None:
    """Serve the modelled sample tables as PxWebApi v2, v0 and KLASS on the loopback address."""
    from pipelines.standin.sample import sample_klass, sample_tables  # noqa: PLC0415 (seconds to build)

    server = StandinServer(
        sample_tables(), sample_klass(), rate_limit=rate_limit, faults=Faults(*faults), port=port
    )
    # A shell that starts it in the background has SIGINT ignored; Ctrl-C and `kill -INT` must still end it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with server:
        click.echo(f"StatBank: {server.statbank_url}")
        click.echo(f"KLASS:    {server.klass_url}")
        click.echo("Stop with Ctrl-C.", err=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            click.echo("Stopped.", err=True)


if __name__ == "__main__":
    main()

"""How it runs: orchestration, storage, clients and commands. No data logic lives here."""

__version__ = "0.1.0"

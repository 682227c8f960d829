"""The municipality's own accounts: ledger files and KOSTRA account files, read and checked."""

"""The command line `kostra`: one module per command, each a thin layer over the library."""

"""Figures from registers outside SSB: files that are read, checked, and merged into `register/figures`."""

"""The rules that find contradictions in a published report, gathered in `registry`; none knows any report."""

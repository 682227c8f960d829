"""What datasets as a whole must be: suites of expectations, held by Great Expectations.

`declared` what an expectation is · `views` the small frames it is shown · `engine` the one place that imports
Great Expectations, when it is needed · `tables`, `codes`, `facts`, `figures`, `own`, `ledger`, `quality` the
suites before the write · `relations`, `drift` those after it · `suites` which dataset has which.
"""

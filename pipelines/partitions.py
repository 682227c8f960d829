"""Partitions of the datasets.

Static partitions, not time windows: a correction of an old year must be recomputed like any other, and a
new year is a reviewed change of one line, not something the clock does.
"""

from __future__ import annotations

import dagster as dg

from pipelines.years import REPORT_SPAN, YEARS

ACCOUNTING_YEARS = dg.StaticPartitionsDefinition([str(year) for year in YEARS])

#: Which report years an accounting year is shown in.
REPORT_YEARS = dg.StaticPartitionMapping(
    {str(year): [str(report) for report in YEARS if year <= report < year + REPORT_SPAN] for year in YEARS}
)

#: What is held against the year before it, is of two accounting years.
THIS_AND_THE_YEAR_BEFORE = dg.StaticPartitionMapping(
    {str(year): [str(later) for later in YEARS if later - year in (0, 1)] for year in YEARS}
)

#: Which published reports an accounting year may be shown in: on that year, or on any later one.
LATER_REPORTS = dg.StaticPartitionMapping(
    {str(year): [str(report) for report in YEARS if year <= report] for year in YEARS}
)

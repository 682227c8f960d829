"""The accounting years (regnskapsår) the product covers, from one constant."""

FIRST_YEAR = 2015
LAST_YEAR = 2024
YEARS = range(FIRST_YEAR, LAST_YEAR + 1)

#: A report on year Y shows Y-2, Y-1 and Y.
REPORT_SPAN = 3

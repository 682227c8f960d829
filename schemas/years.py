"""The accounting years (regnskapsår) the product covers, from one constant."""

FIRST_YEAR = 2015
LAST_YEAR = 2024
YEARS = range(FIRST_YEAR, LAST_YEAR + 1)

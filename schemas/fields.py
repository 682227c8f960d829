"""Every column of every dataset, described once.

A contract (`schemas/contracts.py`) lists fields by name; the pandera model, the Arrow schema of the
stored table, the column schema in Dagster, the data dictionary (`docs/data-dictionary.md`) and the
descriptor of a release are all derived from what stands here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["category", "text", "integer", "number", "boolean", "date", "timestamp"]

STATUS_MEANINGS = {
    "ok": "the figure is there; a true zero is ok, with the figure 0",
    "missing": "not reported, or not published; not 0",
    "suppressed": "withheld to protect persons (skjermet); not 0",
    "not_applicable": "cannot occur there (ikke aktuelt); not 0",
    "not_yet": "comes later; not 0",
}
"""Why a figure is or is not there. A figure that is not there is empty, never 0."""
STATUSES = tuple(STATUS_MEANINGS)
UNITS = (
    "NOK", "NOK_thousand", "NOK_million", "persons", "count", "fte", "places", "hours",
    "percent", "per_1000", "months", "index", "score",
)  # fmt: skip
#: Units of register figures that say how far a figure lies from the network mean, or from the year before.
RELATIVE_UNITS = (
    "percent_above_mean",
    "percentage_points_above_mean",
    "percent_change",
    "percentage_points_change",
)
REGION_KINDS = ("municipality", "kostra_group", "country", "county")
#: Sources of datasets in which imported figures stand beside computed ones.
ANY_SOURCE = ("ssb", "sample", "register")
VINTAGE_MEANINGS = {
    "preliminary": "foreløpig: the publication in March, or what rests on such a figure",
    "final": "endelig: the publication in June or later, or a table that is final when it comes",
    "unknown": "the edition does not tell",
}
VINTAGE_STATUSES = tuple(VINTAGE_MEANINGS)

# What a column is filled from. A column may be filled from several.
STATBANK = ("SSB StatBank",)
KLASS = ("SSB KLASS",)
REGISTER = ("register file",)
ACCOUNTS = ("own accounts",)
REPORT = ("published report",)
CATALOGUE = ("catalogue",)
SUITES = ("expectation suites",)
COMPUTED = ("computed here",)
HISTORY = ("stored versions",)
PARTITION = ("partition",)
PROVENANCE = ("provenance",)
SOURCES = {
    "SSB StatBank": "as SSB's table has it; in a run on sample data as the modelled table has it",
    "SSB KLASS": "as SSB's register of classifications has it, or identified by it",
    "register file": "an imported file of figures from others than SSB (`kostra register import`)",
    "own accounts": "an imported ledger or KOSTRA account file (`kostra ledger import`)",
    "published report": "the printed figures and claims of a report that is reconciled",
    "catalogue": "declared by analysts in `assets/catalogue/`",
    "expectation suites": "declared in `schemas/expectations/` and among the domain controls",
    "computed here": "calculated from the other columns and the datasets upstream",
    "stored versions": "read from the versions of the stored tables",
    "partition": "the accounting year that is made",
    "provenance": "noted by the run: which edition, file or answer the row comes from, and when",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its kind, what it means, and what its values must satisfy.

    `provenance` marks a column that tells where a row came from. It is stored, but it is not content:
    a row that only changes its provenance is not a new version. `source` says what the column is filled
    from, in words of `SOURCES`.
    """

    name: str
    kind: Kind
    description: str
    unit: str | None = None
    nullable: bool = False
    allowed: tuple[str, ...] | None = None
    pattern: str | None = None
    minimum: float | None = None
    provenance: bool = False
    source: tuple[str, ...] = ()

    @property
    def measured_in(self) -> str:
        """The unit; of a column that measures nothing, what stands in it. Empty for a number without a unit."""
        return self.unit or _NO_UNIT.get(self.kind, "")

    def but(self, **changes: object) -> Field:
        """The same column with other constraints, for a dataset where it must be stricter or looser."""
        return replace(self, **changes)  # type: ignore[arg-type]


#: What stands in columns that measure nothing.
_NO_UNIT = {"category": "code", "text": "text", "boolean": "flag", "date": "date", "timestamp": "UTC"}

SLUG = r"[a-z0-9_]+"

_FIELDS = (
    # Time and place
    Field("year", "integer", "Accounting year Y (regnskapsår) the figure belongs to.", "year", minimum=2015, source=PARTITION),
    Field("municipality", "category", "Stable slug of the municipality, or SSB's code of a group or country.", source=KLASS + STATBANK),
    Field("region_kind", "category", "What `municipality` names.", allowed=REGION_KINDS, source=COMPUTED),
    Field("slug", "category", "Stable identity of a municipality over code changes.", pattern=SLUG, source=KLASS + CATALOGUE),
    Field("code", "category", "Municipality code (kommunenummer), four digits.", pattern=r"\d{4}", source=KLASS),
    Field("name", "text", "Official name (kommunenavn) as KLASS writes it.", source=KLASS),
    Field("valid_from", "date", "First day the row holds.", "date", source=KLASS),
    Field("valid_to", "date", "First day the row no longer holds; empty while it holds.", "date", nullable=True, source=KLASS),
    Field("group", "category", "KOSTRA group (KOSTRA-gruppe) in StatBank spelling.", pattern=r"EKG\d{2}", source=KLASS),
    Field("group_name", "text", "Name of the KOSTRA group as KLASS writes it.", source=KLASS),
    # Dimensions of SSB's tables, named by role
    Field("region", "category", "SSB region code: municipality, KOSTRA group, county or country.", source=STATBANK),
    Field("scope", "category", "Accounting scope (regnskapsomfang): A group accounts, B municipal treasury.", source=STATBANK),
    Field("function", "category", "KOSTRA function (funksjon) or function group (FGK…).", source=STATBANK),
    Field("art", "category", "Art or art group (AGD2 net, AGD4 adjusted gross, AGD10 gross …).", source=STATBANK),
    Field("sex", "category", "Sex code of the population table.", source=STATBANK),
    Field("age", "category", "Age in single years (105+ is the open end) or age group, as the table has it.", source=STATBANK),
    Field("service", "category", "Service (tjeneste) or group of services.", source=STATBANK),
    Field("position", "category", "Position (stilling) of staff.", source=STATBANK),
    Field("education", "category", "Education (utdanning) of staff.", source=STATBANK),
    Field("contents", "category", "Contents code (statistikkvariabel) of the table.", source=STATBANK),
    Field("period", "category", "Time code (Tid) as SSB writes it.", source=STATBANK),
    # Figures
    Field("value", "number", "The figure, unrounded; empty when `status` is not ok.", "see `unit`", nullable=True, source=STATBANK),
    Field("amount", "number", "Amount, expenses positive and income negative.", "NOK thousand", nullable=True, source=STATBANK),
    Field("inhabitants", "number", "Inhabitants at 31 December of the year.", "persons", nullable=True, minimum=0, source=STATBANK + COMPUTED),
    Field("numerator", "number", "Upper part of the indicator before scaling.", "see catalogue", nullable=True, source=COMPUTED),
    Field("denominator", "number", "Lower part of the indicator.", "see catalogue", nullable=True, source=COMPUTED),
    Field("unit", "category", "Unit of the figure.", source=STATBANK),
    Field("status", "category", "Why a figure is or is not there.", allowed=STATUSES, source=STATBANK + COMPUTED),
    Field("symbol", "category", "SSB's symbol beside the figure, as served; empty when there was none.", source=STATBANK),
    # Accounts and population
    Field("concept", "category", "Expense concept (utgiftsbegrep), for example net_expenditure (AGD2).", source=CATALOGUE),
    Field("age_from", "integer", "Youngest age in the band.", "years", minimum=0, source=CATALOGUE),
    Field("age_to", "integer", "Oldest age in the band; 200 stands for no upper limit.", "years", minimum=0, source=CATALOGUE),
    Field("measure", "category", "Measure id of the catalogue.", pattern=SLUG, source=CATALOGUE),
    # Indicators and aggregates
    Field("indicator", "category", "Indicator id of the catalogue.", pattern=SLUG, source=CATALOGUE),
    Field("method", "text", "The formula in words.", source=CATALOGUE),
    Field("origin", "category", "Computed here, or imported.", allowed=("computed", "register"), source=COMPUTED),
    Field("break_before", "boolean", "The series breaks between the year before and this one.", source=CATALOGUE),
    Field("network", "category", "Comparison network of the catalogue.", pattern=SLUG, source=CATALOGUE + KLASS),
    Field("mean", "number", "Network mean (snitt), unrounded.", "see `unit`", nullable=True, source=COMPUTED + REGISTER),
    Field("mean_method", "category", "How the mean is formed.", allowed=("weighted", "simple"), source=CATALOGUE),
    Field("max", "number", "Highest member (høyest).", "see `unit`", nullable=True, source=COMPUTED + REGISTER),
    Field("max_holder", "text", "Member or members with the highest value.", nullable=True, source=COMPUTED + REGISTER),
    Field("min", "number", "Lowest member (lavest).", "see `unit`", nullable=True, source=COMPUTED + REGISTER),
    Field("min_holder", "text", "Member or members with the lowest value.", nullable=True, source=COMPUTED + REGISTER),
    Field("members_with_data", "integer", "Members whose value is in the aggregate.", "municipalities", minimum=0, source=COMPUTED),
    Field("members_missing", "text", "Members without a value, comma-separated; empty when none.", source=COMPUTED),
    # Service profile
    Field("profile", "category", "Service profile (tjenesteprofil) of the catalogue.", pattern=SLUG, source=CATALOGUE),
    Field("row", "integer", "Position in the profile, in published order.", "position", minimum=1, source=CATALOGUE),
    Field("title", "text", "Norwegian title as published.", source=CATALOGUE),
    Field("decimals", "integer", "Decimals printed.", "decimals", minimum=0, source=CATALOGUE),
    Field("value_y_minus_2", "number", "The municipality's value two years before.", "see `unit`", nullable=True, source=COMPUTED + REGISTER),
    Field("value_y_minus_1", "number", "The municipality's value the year before.", "see `unit`", nullable=True, source=COMPUTED + REGISTER),
    Field("index", "number", "100 × value / network mean.", "network mean = 100", nullable=True, source=COMPUTED),
    Field("distance_percent", "number", "Distance to the network mean: index − 100.", "percent", nullable=True, source=COMPUTED),
    Field("distance_points", "number", "Distance to the network mean, of shares and where stated so.",
          "percentage points", nullable=True, source=COMPUTED),
    Field("rank", "integer", "Place among the members; 1 is the lowest value, or the highest where higher is better.",
          "place", nullable=True, minimum=1, source=COMPUTED),
    Field("change", "number", "Change from the year before, in `change_unit`.", "see `change_unit`", nullable=True, source=COMPUTED),
    Field("change_unit", "category", "Unit of `change`.", allowed=("percent", "percentage_points"), source=COMPUTED),
    # Register files
    Field("entity", "category", "Municipality (slug), KOSTRA group or country, or a network's mean, highest or lowest "
          "(`asss_mean`, `asss_max`, `asss_min`).", pattern=r"[a-z0-9_]+|EKG\d{2}|EAK(UO)?", source=REGISTER),
    Field("suppression_reason", "text", "Why the figure is suppressed, where it was suppressed here.", nullable=True, source=COMPUTED),
    Field("provider", "text", "Who published the figure.", source=REGISTER),
    Field("provider_date", "date", "When it was published; the last day it can have been where only a year or month is known.",
          "date", source=REGISTER),
    Field("vintage_status", "category", "Whether the figure is preliminary or final (foreløpig, endelig).",
          allowed=VINTAGE_STATUSES, source=COMPUTED),
    Field("note", "text", "What the file says beside the figure.", nullable=True, source=REGISTER),
    Field("file_name", "text", "Name of the imported file.", source=REGISTER),
    # Time series
    Field("series", "category", "Time series (tidsserie) of the catalogue.", pattern=SLUG, source=CATALOGUE),
    Field("entity_kind", "category", "What `entity` names.",
          allowed=("municipality", "network_mean", "kostra_group", "country"), source=COMPUTED),
    Field("adjustment", "text", "What was applied: deflator with years and factor, need index with edition; `none`.", source=CATALOGUE),
    Field("base_year", "integer", "Year whose prices the value is in; empty where it is not deflated.", "year", nullable=True, source=CATALOGUE),
    Field("reason", "text", "Why there is no value.", nullable=True, source=COMPUTED),
    Field("break_reason", "text", "Why the series breaks before this year.", nullable=True, source=CATALOGUE),
    # Efficiency
    Field("area", "category", "Service area (tjenesteområde) of the catalogue.", pattern=SLUG, source=CATALOGUE),
    Field("resource_use_index", "number", "Resource use (ressursbruksindikator), corrected for need as `adjustment` says.",
          "network mean = 1", nullable=True, source=COMPUTED + REGISTER),
    Field("expenditure_index", "number", "Gross expenditure per inhabitant.", "network mean = 100", nullable=True, source=COMPUTED + REGISTER),
    Field("production_index", "number", "Production (produksjonsindeks).", "network mean = 100", nullable=True, source=COMPUTED + REGISTER),
    Field("efficiency_index", "number", "Efficiency (effektivitet): production / expenditure.", "network mean = 100",
          nullable=True, source=COMPUTED + REGISTER),
    Field("residual", "number", "Distance of efficiency from 100 × production / expenditure.", "index points", nullable=True, source=COMPUTED),
    Field("tolerance", "number", "Distance that the decimals of the figures allow.", "index points", nullable=True, source=COMPUTED),
    Field("change_residual", "number", "The same distance of the stated changes from the year before.", "index points",
          nullable=True, source=COMPUTED),
    Field("verdict", "category", "Whether the figures hold together.",
          allowed=("consistent", "inconsistent", "not_checked"), source=COMPUTED),
    # Ledger and KOSTRA account files
    Field("line", "integer", "Line of the imported file the entry stands on.", "line", minimum=1, source=ACCOUNTS),
    Field("share", "integer", "Share of a distributed line; 0 for a line that stands whole.", minimum=0, unit="number", source=COMPUTED),
    Field("file_sha256", "category", "SHA-256 of the imported file.", pattern=r"[0-9a-f]{64}", source=PROVENANCE),
    Field("responsibility_centre", "category", "Responsibility centre (ansvar) of the ledger.", source=ACCOUNTS),
    Field("director_area", "category", "Director area (direktørområde): top of the responsibility hierarchy.", source=ACCOUNTS),
    Field("cost_type", "category", "Direct, allocated from central units, or purchased (kjøp av plasser).", source=CATALOGUE + COMPUTED),
    Field("allocation_key", "text", "Key (fordelingsnøkkel) a line was distributed by.", nullable=True, source=CATALOGUE),
    Field("origin_line", "integer", "Line of the file a distributed share comes from.", "line", nullable=True, minimum=1, source=ACCOUNTS),
    Field("origin_function", "category", "Function the line of a distributed share stands on in the file.", nullable=True,
          pattern=r"\d{3}", source=ACCOUNTS),
    Field("form", "category", "KOSTRA form (skjema): 0A municipal treasury, 0I and 0M own enterprises.", pattern=r"\d[A-Z]", source=ACCOUNTS),
    Field("quarter", "integer", "Quarter (kvartal) the file goes to; 0 in an annual file.", minimum=0, unit="quarter", source=ACCOUNTS),
    Field("organisation", "text", "Organisation or enterprise numbers of the record; empty for the treasury.", source=ACCOUNTS),
    Field("account_class", "category", "Account class (kontoklasse): 1 operating, 0 investment; 3 and 4 in own enterprises.", source=ACCOUNTS),
    # Expectations and controls
    Field("dataset", "category", "The dataset that is judged.", pattern=r"[a-z0-9_]+/[a-z0-9_]+", source=SUITES),
    Field("suite", "category", "gate: before the write; watch: after it; controls: of the domain.",
          allowed=("gate", "watch", "controls"), source=SUITES),
    Field("expectation", "category", "Id of the expectation or control.", pattern=SLUG, source=SUITES),
    Field("severity", "category", "error: stops the write; warning: a person must look.", allowed=("error", "warning"), source=SUITES),
    Field("success", "boolean", "Whether it holds.", source=COMPUTED),
    Field("observed", "text", "What was found, in Norwegian, with numbers.", source=COMPUTED),
    Field("advice", "text", "What a person should look at, in Norwegian.", source=SUITES),
    Field("examples", "text", "The first offending rows in words; empty when it holds.", source=COMPUTED),
    Field("refused", "boolean", "The rows judged were refused by the gate, and are not stored.", source=COMPUTED),
    # Reconciliation of published reports
    Field("report", "text", "Name of the published report.", source=REPORT),
    Field("place", "text", "Where it is printed (table/indicator/entity/year, or statement); of a finding, what it is of.", source=REPORT),
    Field("statement", "category", "Statement (påstand) of the report's text; empty for figures and findings.", nullable=True, source=REPORT),
    Field("figure_year", "integer", "Year of the printed figure; empty where it is of no single year.", "year", nullable=True, source=REPORT),
    Field("kind", "category", "Printed figure, claim of the text, or finding about several of them.",
          allowed=("figure", "claim", "finding"), source=COMPUTED),
    Field("published", "number", "As printed; of a claim the number claimed, without sign.", "see `unit`", nullable=True, source=REPORT),
    Field("computed", "number", "What it was held against, unrounded: of a figure the computed one, of a claim what "
          "the printed or computed figures give.", "see `unit`", nullable=True, source=COMPUTED),
    Field("difference", "number", "Published less computed.", "see `unit`", nullable=True, source=COMPUTED),
    Field("erratum", "text", "Numbers in the report's register of errata, comma-separated; empty when none.", nullable=True, source=CATALOGUE),
    Field("arithmetic", "text", "The calculation with its numbers, in Norwegian.", source=COMPUTED),
    Field("explanation", "text", "What the verdict means, in Norwegian.", source=COMPUTED),
    # Revisions
    Field("level", "category", "A cell of a table, or what it moved: an indicator or network figure, a printed profile.",
          allowed=("cell", "indicator", "profile"), source=COMPUTED),
    Field("revision", "integer", "Running number of the stored version of the year that brought the change; 1 is the first, "
          "which revises nothing.", "version", minimum=2, source=HISTORY),
    Field("tables", "text", "SSB table of the cell; of an effect the tables whose revised cells are behind it, comma-separated.", source=HISTORY),
    Field("cell", "text", "Codes of the cell by role; of an effect the figure (`value`, `mean`, profile and column).", source=HISTORY),
    Field("old", "number", "The figure before; empty when `old_status` is not ok.", "see `unit`", nullable=True, source=HISTORY),
    Field("new", "number", "The figure after; empty when `new_status` is not ok.", "see `unit`", nullable=True, source=HISTORY),
    Field("old_status", "category", "Why the figure was or was not there; absent: it did not exist.",
          allowed=(*STATUSES, "absent"), source=HISTORY),
    Field("new_status", "category", "Why the figure is or is not there; absent: it exists no longer.",
          allowed=(*STATUSES, "absent"), source=HISTORY),
    Field("old_vintage", "text", "Edition or editions before.", source=HISTORY),
    Field("new_vintage", "text", "Edition or editions after.", source=HISTORY),
    Field("old_vintage_status", "category", "Whether it was preliminary or final.", allowed=VINTAGE_STATUSES, source=HISTORY),
    Field("new_vintage_status", "category", "Whether it is preliminary or final.", allowed=VINTAGE_STATUSES, source=HISTORY),
    Field("indicators", "text", "Indicators the cell feeds, comma-separated; of an effect the indicator itself.", source=CATALOGUE),
    Field("printed_change", "boolean", "Whether old and new differ at the decimals they are printed with; false for cells.", source=COMPUTED),
    # Sources
    Field("table", "category", "SSB table id, five digits.", pattern=r"\d{5}", source=CATALOGUE),
    Field("updated", "timestamp", "When SSB last updated the table.", "UTC", nullable=True, source=STATBANK),
    Field("first_period", "text", "First time code the table offers.", nullable=True, source=STATBANK),
    Field("last_period", "text", "Last time code the table offers.", nullable=True, source=STATBANK),
    Field("discontinued", "boolean", "SSB has closed the series (avsluttet serie).", source=STATBANK),
    Field("checked_at", "timestamp", "When the list was asked for.", "UTC", provenance=True, source=PROVENANCE),
    Field("dimension", "category", "SSB's code of the dimension.", source=STATBANK),
    Field("wanted_label", "text", "Label the catalogue asks for; empty when it gives only a code.", nullable=True, source=CATALOGUE),
    Field("resolved_code", "text", "Code in the live table that the entry stands for.", nullable=True, source=STATBANK),
    Field("label", "text", "Label of the code in the live table.", nullable=True, source=STATBANK),
    Field("metadata_sha256", "text", "SHA-256 of the metadata body it was resolved in.", provenance=True, source=PROVENANCE),
    Field("problem", "text", "Why the entry could not be resolved; empty when it could.", nullable=True, source=COMPUTED),
    Field("source", "category", "Where the figures come from; `sample` figures are modelled examples.",
          allowed=("ssb", "sample"), source=PROVENANCE),
    Field("vintage_id", "text", "Edition of the source: table, SSB's update time, hash of the answer.",
          provenance=True, source=PROVENANCE),
)  # fmt: skip

FIELDS: dict[str, Field] = {field.name: field for field in _FIELDS}

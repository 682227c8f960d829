"""Every column of every dataset, described once.

A contract (`schemas/contracts.py`) lists fields by name; the pandera model, the Arrow schema of the
stored table and the column schema in Dagster are all derived from what stands here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["category", "text", "integer", "number", "boolean", "date", "timestamp"]

STATUSES = ("ok", "missing", "suppressed", "not_applicable", "not_yet")
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
VINTAGE_STATUSES = ("preliminary", "final", "unknown")


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its kind, what it means, and what its values must satisfy.

    `provenance` marks a column that tells where a row came from. It is stored, but it is not content:
    a row that only changes its provenance is not a new version.
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

    def but(self, **changes: object) -> Field:
        """The same column with other constraints, for a dataset where it must be stricter or looser."""
        return replace(self, **changes)  # type: ignore[arg-type]


SLUG = r"[a-z0-9_]+"

_FIELDS = (
    # Time and place
    Field("year", "integer", "Accounting year Y (regnskapsår) the figure belongs to.", "year", minimum=2015),
    Field("municipality", "category", "Stable slug of the municipality, or SSB's code of a group or country."),
    Field("region_kind", "category", "What `municipality` names.", allowed=REGION_KINDS),
    Field("slug", "category", "Stable identity of a municipality over code changes.", pattern=SLUG),
    Field("code", "category", "Municipality code (kommunenummer), four digits.", pattern=r"\d{4}"),
    Field("name", "text", "Official name (kommunenavn) as KLASS writes it."),
    Field("valid_from", "date", "First day the row holds.", "date"),
    Field("valid_to", "date", "First day the row no longer holds; empty while it holds.", "date", nullable=True),
    Field("group", "category", "KOSTRA group (KOSTRA-gruppe) in StatBank spelling.", pattern=r"EKG\d{2}"),
    Field("group_name", "text", "Name of the KOSTRA group as KLASS writes it."),
    # Dimensions of SSB's tables, named by role
    Field("region", "category", "SSB region code: municipality, KOSTRA group, county or country."),
    Field("scope", "category", "Accounting scope (regnskapsomfang): A group accounts, B municipal treasury."),
    Field("function", "category", "KOSTRA function (funksjon) or function group (FGK…)."),
    Field("art", "category", "Art or art group (AGD2 net, AGD4 adjusted gross, AGD10 gross …)."),
    Field("sex", "category", "Sex code of the population table."),
    Field("age", "category", "Age in single years (105+ is the open end) or age group, as the table has it."),
    Field("service", "category", "Service (tjeneste) or group of services."),
    Field("position", "category", "Position (stilling) of staff."),
    Field("education", "category", "Education (utdanning) of staff."),
    Field("contents", "category", "Contents code (statistikkvariabel) of the table."),
    Field("period", "category", "Time code (Tid) as SSB writes it."),
    # Figures
    Field("value", "number", "The figure, unrounded; empty when `status` is not ok.", "see `unit`", nullable=True),
    Field("amount", "number", "Amount, expenses positive and income negative.", "NOK thousand", nullable=True),
    Field("inhabitants", "number", "Inhabitants at 31 December of the year.", "persons", nullable=True, minimum=0),
    Field("numerator", "number", "Upper part of the indicator before scaling.", "see catalogue", nullable=True),
    Field("denominator", "number", "Lower part of the indicator.", "see catalogue", nullable=True),
    Field("unit", "category", "Unit of the figure."),
    Field("status", "category", "Why a figure is or is not there.", allowed=STATUSES),
    Field("symbol", "category", "SSB's symbol beside the figure, as served; empty when there was none."),
    # Accounts and population
    Field("concept", "category", "Expense concept (utgiftsbegrep), for example net_expenditure (AGD2)."),
    Field("age_from", "integer", "Youngest age in the band.", "years", minimum=0),
    Field("age_to", "integer", "Oldest age in the band; 200 stands for no upper limit.", "years", minimum=0),
    Field("measure", "category", "Measure id of the catalogue.", pattern=SLUG),
    # Indicators and aggregates
    Field("indicator", "category", "Indicator id of the catalogue.", pattern=SLUG),
    Field("method", "text", "The formula in words."),
    Field("origin", "category", "Computed here, or imported.", allowed=("computed", "register")),
    Field("break_before", "boolean", "The series breaks between the year before and this one."),
    Field("network", "category", "Comparison network of the catalogue.", pattern=SLUG),
    Field("mean", "number", "Network mean (snitt), unrounded.", "see `unit`", nullable=True),
    Field("mean_method", "category", "How the mean is formed.", allowed=("weighted", "simple")),
    Field("max", "number", "Highest member (høyest).", "see `unit`", nullable=True),
    Field("max_holder", "text", "Member or members with the highest value.", nullable=True),
    Field("min", "number", "Lowest member (lavest).", "see `unit`", nullable=True),
    Field("min_holder", "text", "Member or members with the lowest value.", nullable=True),
    Field("members_with_data", "integer", "Members whose value is in the aggregate.", "municipalities", minimum=0),
    Field("members_missing", "text", "Members without a value, comma-separated; empty when none."),
    # Service profile
    Field("profile", "category", "Service profile (tjenesteprofil) of the catalogue.", pattern=SLUG),
    Field("row", "integer", "Position in the profile, in published order.", "position", minimum=1),
    Field("title", "text", "Norwegian title as published."),
    Field("decimals", "integer", "Decimals printed.", "decimals", minimum=0),
    Field("value_y_minus_2", "number", "The municipality's value two years before.", "see `unit`", nullable=True),
    Field("value_y_minus_1", "number", "The municipality's value the year before.", "see `unit`", nullable=True),
    Field("index", "number", "100 × value / network mean.", "network mean = 100", nullable=True),
    Field("distance_percent", "number", "Distance to the network mean: index − 100.", "percent", nullable=True),
    Field("distance_points", "number", "Distance to the network mean, of shares and where stated so.",
          "percentage points", nullable=True),
    Field("rank", "integer", "Place among the members; 1 is the lowest value, or the highest where higher is better.",
          "place", nullable=True, minimum=1),
    Field("change", "number", "Change from the year before, in `change_unit`.", "see `change_unit`", nullable=True),
    Field("change_unit", "category", "Unit of `change`.", allowed=("percent", "percentage_points")),
    # Register files
    Field("entity", "category", "Municipality (slug), KOSTRA group or country, or a network's mean, highest or lowest "
          "(`asss_mean`, `asss_max`, `asss_min`).", pattern=r"[a-z0-9_]+|EKG\d{2}|EAK(UO)?"),
    Field("suppression_reason", "text", "Why the figure is suppressed, where it was suppressed here.", nullable=True),
    Field("provider", "text", "Who published the figure."),
    Field("provider_date", "date", "When it was published; the last day it can have been where only a year or month is known.",
          "date"),
    Field("vintage_status", "category", "Whether the figure is preliminary or final (foreløpig, endelig).",
          allowed=VINTAGE_STATUSES),
    Field("note", "text", "What the file says beside the figure.", nullable=True),
    Field("file_name", "text", "Name of the imported file."),
    # Time series
    Field("series", "category", "Time series (tidsserie) of the catalogue.", pattern=SLUG),
    Field("entity_kind", "category", "What `entity` names.",
          allowed=("municipality", "network_mean", "kostra_group", "country")),
    Field("adjustment", "text", "What was applied: deflator with years and factor, need index with edition; `none`."),
    Field("base_year", "integer", "Year whose prices the value is in; empty where it is not deflated.", "year", nullable=True),
    Field("reason", "text", "Why there is no value.", nullable=True),
    Field("break_reason", "text", "Why the series breaks before this year.", nullable=True),
    # Efficiency
    Field("area", "category", "Service area (tjenesteområde) of the catalogue.", pattern=SLUG),
    Field("resource_use_index", "number", "Resource use (ressursbruksindikator), corrected for need as `adjustment` says.",
          "network mean = 1", nullable=True),
    Field("expenditure_index", "number", "Gross expenditure per inhabitant.", "network mean = 100", nullable=True),
    Field("production_index", "number", "Production (produksjonsindeks).", "network mean = 100", nullable=True),
    Field("efficiency_index", "number", "Efficiency (effektivitet): production / expenditure.", "network mean = 100",
          nullable=True),
    Field("residual", "number", "Distance of efficiency from 100 × production / expenditure.", "index points", nullable=True),
    Field("tolerance", "number", "Distance that the decimals of the figures allow.", "index points", nullable=True),
    Field("change_residual", "number", "The same distance of the stated changes from the year before.", "index points",
          nullable=True),
    Field("verdict", "category", "Whether the figures hold together.",
          allowed=("consistent", "inconsistent", "not_checked")),
    # Ledger and KOSTRA account files
    Field("line", "integer", "Line of the imported file the entry stands on.", "line", minimum=1),
    Field("share", "integer", "Share of a distributed line; 0 for a line that stands whole.", minimum=0),
    Field("file_sha256", "category", "SHA-256 of the imported file.", pattern=r"[0-9a-f]{64}"),
    Field("responsibility_centre", "category", "Responsibility centre (ansvar) of the ledger."),
    Field("director_area", "category", "Director area (direktørområde): top of the responsibility hierarchy."),
    Field("cost_type", "category", "Direct, allocated from central units, or purchased (kjøp av plasser)."),
    Field("allocation_key", "text", "Key (fordelingsnøkkel) a line was distributed by.", nullable=True),
    Field("origin_line", "integer", "Line of the file a distributed share comes from.", "line", nullable=True, minimum=1),
    Field("origin_function", "category", "Function the line of a distributed share stands on in the file.", nullable=True,
          pattern=r"\d{3}"),
    Field("form", "category", "KOSTRA form (skjema): 0A municipal treasury, 0I and 0M own enterprises.", pattern=r"\d[A-Z]"),
    Field("quarter", "integer", "Quarter (kvartal) the file goes to; 0 in an annual file.", minimum=0),
    Field("organisation", "text", "Organisation or enterprise numbers of the record; empty for the treasury."),
    Field("account_class", "category", "Account class (kontoklasse): 1 operating, 0 investment; 3 and 4 in own enterprises."),
    # Expectations and controls
    Field("dataset", "category", "The dataset that is judged.", pattern=r"[a-z0-9_]+/[a-z0-9_]+"),
    Field("suite", "category", "gate: before the write; watch: after it; controls: of the domain.",
          allowed=("gate", "watch", "controls")),
    Field("expectation", "category", "Id of the expectation or control.", pattern=SLUG),
    Field("severity", "category", "error: stops the write; warning: a person must look.", allowed=("error", "warning")),
    Field("success", "boolean", "Whether it holds."),
    Field("observed", "text", "What was found, in Norwegian, with numbers."),
    Field("advice", "text", "What a person should look at, in Norwegian."),
    Field("examples", "text", "The first offending rows in words; empty when it holds."),
    Field("refused", "boolean", "The rows judged were refused by the gate, and are not stored."),
    # Reconciliation of published reports
    Field("report", "text", "Name of the published report."),
    Field("place", "text", "Where it is printed (table/indicator/entity/year, or statement); of a finding, what it is of."),
    Field("statement", "category", "Statement (påstand) of the report's text; empty for figures and findings.", nullable=True),
    Field("figure_year", "integer", "Year of the printed figure; empty where it is of no single year.", "year", nullable=True),
    Field("kind", "category", "Printed figure, claim of the text, or finding about several of them.",
          allowed=("figure", "claim", "finding")),
    Field("published", "number", "As printed; of a claim the number claimed, without sign.", "see `unit`", nullable=True),
    Field("computed", "number", "What it was held against, unrounded: of a figure the computed one, of a claim what "
          "the printed or computed figures give.", "see `unit`", nullable=True),
    Field("difference", "number", "Published less computed.", "see `unit`", nullable=True),
    Field("erratum", "text", "Numbers in the report's register of errata, comma-separated; empty when none.", nullable=True),
    Field("arithmetic", "text", "The calculation with its numbers, in Norwegian."),
    Field("explanation", "text", "What the verdict means, in Norwegian."),
    # Revisions
    Field("level", "category", "A cell of a table, or what it moved: an indicator or network figure, a printed profile.",
          allowed=("cell", "indicator", "profile")),
    Field("revision", "integer", "Running number of the stored version of the year that brought the change; 1 is the first, "
          "which revises nothing.", "version", minimum=2),
    Field("tables", "text", "SSB table of the cell; of an effect the tables whose revised cells are behind it, comma-separated."),
    Field("cell", "text", "Codes of the cell by role; of an effect the figure (`value`, `mean`, profile and column)."),
    Field("old", "number", "The figure before; empty when `old_status` is not ok.", "see `unit`", nullable=True),
    Field("new", "number", "The figure after; empty when `new_status` is not ok.", "see `unit`", nullable=True),
    Field("old_status", "category", "Why the figure was or was not there; absent: it did not exist.",
          allowed=(*STATUSES, "absent")),
    Field("new_status", "category", "Why the figure is or is not there; absent: it exists no longer.",
          allowed=(*STATUSES, "absent")),
    Field("old_vintage", "text", "Edition or editions before."),
    Field("new_vintage", "text", "Edition or editions after."),
    Field("old_vintage_status", "category", "Whether it was preliminary or final.", allowed=VINTAGE_STATUSES),
    Field("new_vintage_status", "category", "Whether it is preliminary or final.", allowed=VINTAGE_STATUSES),
    Field("indicators", "text", "Indicators the cell feeds, comma-separated; of an effect the indicator itself."),
    Field("printed_change", "boolean", "Whether old and new differ at the decimals they are printed with; false for cells."),
    # Sources
    Field("table", "category", "SSB table id, five digits.", pattern=r"\d{5}"),
    Field("updated", "timestamp", "When SSB last updated the table.", "UTC", nullable=True),
    Field("first_period", "text", "First time code the table offers.", nullable=True),
    Field("last_period", "text", "Last time code the table offers.", nullable=True),
    Field("discontinued", "boolean", "SSB has closed the series (avsluttet serie)."),
    Field("checked_at", "timestamp", "When the list was asked for.", "UTC", provenance=True),
    Field("dimension", "category", "SSB's code of the dimension."),
    Field("wanted_label", "text", "Label the catalogue asks for; empty when it gives only a code.", nullable=True),
    Field("resolved_code", "text", "Code in the live table that the entry stands for.", nullable=True),
    Field("label", "text", "Label of the code in the live table.", nullable=True),
    Field("metadata_sha256", "text", "SHA-256 of the metadata body it was resolved in.", provenance=True),
    Field("problem", "text", "Why the entry could not be resolved; empty when it could.", nullable=True),
    Field("source", "category", "Where the figures come from; `sample` figures are modelled examples.",
          allowed=("ssb", "sample")),
    Field("vintage_id", "text", "Edition of the source: table, SSB's update time, hash of the answer.",
          provenance=True),
)  # fmt: skip

FIELDS: dict[str, Field] = {field.name: field for field in _FIELDS}

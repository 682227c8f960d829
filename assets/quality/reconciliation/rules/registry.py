"""The rules that find contradictions in a published report, by id. None knows any report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from assets.quality.reconciliation.finding import Finding
from assets.quality.reconciliation.knowledge import Knowledge
from assets.quality.reconciliation.rules import (
    ages,
    captions,
    claim_units,
    claims,
    concepts,
    efficiency,
    functions,
    identities,
    labels,
    movements,
    quotes,
    ranges,
    sums,
)
from assets.quality.reconciliation.rules.printed import Printed

Rule = Callable[[Printed, Knowledge], Iterator[Finding]]
"""Everything one rule finds in a report."""

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        rule.__name__: rule
        for rule in (
            sums.column_sum,
            sums.total_against_accounts,
            efficiency.efficiency_identity,
            captions.caption_adjusted,
            captions.caption_of_total,
            captions.caption_mixed,
            concepts.same_figure_twice,
            concepts.same_concept,
            ages.age_labels,
            ages.age_gap,
            ages.age_of_claim,
            functions.ended_function,
            functions.other_function,
            labels.missing_unit,
            labels.other_unit,
            labels.qualifiers,
            labels.base_words,
            movements.large_fall,
            movements.implausible_step,
            movements.large_step,
            movements.index_swing,
            movements.opposite_change,
            movements.equal_change,
            identities.complement,
            identities.at_most,
            identities.product,
            identities.implied_ratio,
            identities.price_step,
            ranges.outside_range,
            ranges.far_from_mean,
            ranges.mean_between_groups,
            ranges.impossible_value,
            claims.claim_contradicted,
            claims.claim_of_fact,
            claims.rank_and_mean,
            claims.change_of_distance,
            claims.claims_conflict,
            quotes.quote_differs,
            claim_units.claim_unit,
            claim_units.points_gap,
            claim_units.equal_number_two_units,
            claim_units.fraction_as_percent,
            claim_units.impossible_distance,
        )
    }
)

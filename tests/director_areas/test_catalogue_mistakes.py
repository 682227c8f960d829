"""Mistakes in breakdowns, director areas and keys are told by file and line, all at once."""

from pathlib import Path

from tests.catalogue.folders import append, copied, edit, problems

KEYS = """\
allocation_keys:
  - id: not_whole
    name: Årsverk
    basis: fte
    lines: {functions: [120]}
    shares:
      - {function: 253, share: 0.5}
      - {function: 261, share: 0.4}
  - id: twice
    name: Areal
    basis: floor_area
    lines: {functions: [130]}
    shares:
      - {function: 253, share: 0.5}
      - {function: 253, share: 0.5}
  - id: gap
    name: Brukere
    basis: users
    first_year: 2023
    lines: {functions: [120], arts: [060-069]}
    shares:
      - {function: 254, share: 1}
  - id: everything
    name: Lønnssum
    basis: wage_sum
    lines: {arts: [100-299]}
    shares: [{function: 253, share: 1}]
  - id: basis
    name: PC-er
    basis: pcs
    lines: {functions: [120]}
    shares: [{function: 253, share: 1}]
"""
BREAKDOWNS = """\
  - {id: unknown_function, title: X, functions: [245], concept: net_expenditure}
  - {id: unknown_set, title: X, functions: home_service, concept: net_expenditure}
  - {id: year_gap, title: X, functions: [253, 257], concept: net_expenditure}
  - {id: unknown_concept, title: X, functions: [253], concept: net_expenditures}
  - {id: not_of_arts, title: X, functions: [253], concept: purchased_inputs}
  - {id: no_art, title: X, functions: [253], concept: net_expenditure, purchased: {label: Y, arts: [301-329]}}
  - {id: scope, title: X, functions: [253], concept: net_expenditure, control: {scopes: [C]}}
"""


def test_every_mistake_is_told_where_it_stands(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    (folder / "allocation_keys.yaml").write_text(KEYS, encoding="utf-8")
    breakdown = append(folder, "breakdowns.yaml", BREAKDOWNS)
    area = append(
        folder, "director_areas.yaml", "  - {id: again, code: A 56, first_year: 2020, counts_as: direct}\n"
    )
    later = edit(
        folder, "director_areas.yaml", "code: A 70, counts_as: allocated", "code: A 70, counts_as: shared"
    )

    found = {problem.entry: (problem.file, problem.line, problem.message) for problem in problems(folder)}

    keys = "allocation_keys.yaml"
    expected = {
        "not_whole": (keys, 6, "the shares add up to 0.9; they must add up to 1"),
        "twice": (keys, 13, "one share per function; twice: 253"),
        "gap": (keys, 22, "year gap: 254 is valid 2015-2023, the entry holds from 2023"),
        "everything": (keys, 26, "name functions, director_areas or responsibility_centres"),
        "basis": (keys, 30, "'fte', 'wage_sum', 'floor_area' or 'users'"),
        "unknown_function": ("breakdowns.yaml", breakdown, "unknown function 245; nearest: 244, 243, 242"),
        "unknown_set": (
            "breakdowns.yaml",
            breakdown + 1,
            "unknown function set `home_service`; nearest: home_services",
        ),
        "year_gap": (
            "breakdowns.yaml",
            breakdown + 2,
            "year gap: 257 is valid 2024-2026, the entry holds all years",
        ),
        "unknown_concept": (
            "breakdowns.yaml",
            breakdown + 3,
            "unknown concept `net_expenditures`; nearest: net_exp",
        ),
        "not_of_arts": ("breakdowns.yaml", breakdown + 4, "cannot be made from a ledger's arts"),
        "no_art": ("breakdowns.yaml", breakdown + 5, "no art is in 301-329; nearest: 300"),
        "scope": ("breakdowns.yaml", breakdown + 6, "'A' or 'B'"),
        "again": ("director_areas.yaml", area, "`A 56` is `a56` already, all years"),
        "a70": ("director_areas.yaml", later, "'direct' or 'allocated'"),
    }
    assert found.keys() == expected.keys()
    for entry, (file, line, message) in expected.items():
        assert found[entry][:2] == (file, line), found[entry]
        assert message in found[entry][2]


def test_an_art_range_with_arts_is_right_whatever_its_ends(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    edit(
        folder,
        "breakdowns.yaml",
        "{label: Kjøp av plasser}",
        "{label: Kjøp av plasser, arts: [290-399, 400]}",
    )

    assert problems(folder) == ()

"""Identity over random histories, against a simulation that knows who is who."""

import random
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import count

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.klass.identity import municipalities
from assets.klass.rows import Change, Code
from schemas.municipalities import Continuation, MunicipalityCatalogue
from tests.klass.reform import new_year

FIRST, LAST = 2015, 2022
EVENTS = ("recode", "rename", "recode and rename", "merge", "merge into", "merge as", "split", "split off")


@dataclass
class Living:
    """A municipality in force: who it is, and the code and name it has now."""

    identity: int
    code: str
    name: str
    since: int


@dataclass
class World:
    """Municipalities that are renumbered, renamed, merged and split, year by year."""

    choose: random.Random
    living: list[Living] = field(default_factory=list)
    codes: list[Code] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    continues: list[Continuation] = field(default_factory=list)
    truth: dict[tuple[str, int], int] = field(default_factory=dict)
    numbers: count = field(default_factory=lambda: count(1001))
    identities: count = field(default_factory=count)

    def table(self) -> pd.DataFrame:
        catalogue = MunicipalityCatalogue(continues=tuple(self.continues))
        return municipalities(self.codes, self.changes, catalogue)

    def create(self, year: int, name: str | None = None, identity: int | None = None) -> Living:
        number = next(self.numbers)
        who = next(self.identities) if identity is None else identity
        new = Living(who, str(number), name or f"Navn {number}", year)
        self.living.append(new)
        return new

    def close(self, old: Living, year: int) -> None:
        self.living.remove(old)
        self.codes.append(Code(old.code, old.name, new_year(old.since), new_year(year)))

    def changed(self, year: int, old: Living, new: Living) -> None:
        self.changes.append(Change(new_year(year), old.code, old.name, new.code, new.name))

    def happen(self, event: str, year: int, free: list[Living]) -> None:
        """One event among the municipalities that nothing has happened to this year."""
        one = free.pop()
        others = [free.pop() for _ in range(min(len(free), self.choose.randint(1, 2)))]
        getattr(self, "_" + event.replace(" ", "_"))(year, one, others)

    def _recode(self, year: int, one: Living, _: list[Living]) -> None:
        self.close(one, year)
        self.changed(year, one, self.create(year, one.name, one.identity))

    def _recode_and_rename(self, year: int, one: Living, _: list[Living]) -> None:
        self.close(one, year)
        self.changed(year, one, self.create(year, None, one.identity))

    def _rename(self, year: int, one: Living, _: list[Living]) -> None:
        self.close(one, year)
        new = Living(one.identity, one.code, f"{one.name} - Nytt {one.code}", year)
        self.living.append(new)
        self.changed(year, one, new)

    def _merge(self, year: int, one: Living, others: list[Living]) -> None:
        """Under the name of one of the old."""
        if others:
            self._join(year, [one, *others], self.create(year, one.name, one.identity))

    def _merge_as(self, year: int, one: Living, others: list[Living]) -> None:
        """Under a new name; the catalogue says who goes on, or nobody does."""
        if not others:
            return
        decided = self.choose.random() < 0.5
        new = self.create(year, None, one.identity if decided else None)
        self._join(year, [one, *others], new)
        if decided:
            entry = Continuation(old=one.code, new=new.code, occurred=new_year(year), reason="simulated")
            self.continues.append(entry)

    def _merge_into(self, year: int, one: Living, others: list[Living]) -> None:
        """Into a code that stays in force."""
        self._join(year, others, one)

    def _join(self, year: int, olds: list[Living], new: Living) -> None:
        for old in olds:
            self.close(old, year)
            self.changed(year, old, new)

    def _split(self, year: int, one: Living, _: list[Living]) -> None:
        """Into two new codes, one of them under the old name."""
        self.close(one, year)
        for new in (self.create(year, one.name, one.identity), self.create(year)):
            self.changed(year, one, new)

    def _split_off(self, year: int, one: Living, _: list[Living]) -> None:
        """A new code beside one that stays in force."""
        self.changed(year, one, self.create(year))


@st.composite
def worlds(draw: st.DrawFn) -> World:
    world = World(random.Random(draw(st.integers(0, 2**32))))
    for _ in range(draw(st.integers(1, 8))):
        world.create(FIRST)
    for year in range(FIRST, LAST + 1):
        if year > FIRST:
            free = world.choose.sample(world.living, len(world.living))
            for event in draw(st.lists(st.sampled_from(EVENTS), max_size=3)):
                if free:
                    world.happen(event, year, free)
        world.truth |= {(one.code, year): one.identity for one in world.living}
    world.codes += [Code(one.code, one.name, new_year(one.since), None) for one in world.living]
    return world


def slugs_by_code_year(frame: pd.DataFrame) -> dict[tuple[str, int], list[str]]:
    found = defaultdict(list)
    for row in frame.itertuples():
        until = row.valid_to.year if row.valid_to else LAST + 1
        for year in range(row.valid_from.year, until):
            found[row.code, year].append(row.slug)
    return found


@given(worlds())
@settings(max_examples=150, deadline=None)
def test_the_slugs_tell_the_true_identities_apart(world: World) -> None:
    found = slugs_by_code_year(world.table())
    assert found.keys() == world.truth.keys()
    assert all(len(slugs) == 1 for slugs in found.values())
    pairs = {(found[key][0], identity) for key, identity in world.truth.items()}
    assert len(pairs) == len({slug for slug, _ in pairs}) == len({identity for _, identity in pairs})


@given(worlds())
@settings(max_examples=50, deadline=None)
def test_no_slug_has_two_codes_in_force_at_once(world: World) -> None:
    frame = world.table()
    frame["valid_to"] = frame["valid_to"].fillna(new_year(LAST + 1))
    for _, rows in frame.groupby("slug"):
        assert (rows["valid_to"].iloc[:-1].to_numpy() <= rows["valid_from"].iloc[1:].to_numpy()).all()


@given(worlds(), st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_the_order_of_the_input_does_not_matter(world: World, shuffle: random.Random) -> None:
    straight = world.table()
    for rows in (world.codes, world.changes, world.continues):
        shuffle.shuffle(rows)
    pd.testing.assert_frame_equal(world.table(), straight)


NAMES = st.sampled_from(["Bø", "Os", "Våler", "Våler (Østfold)", "Sande", "Nes"])


@given(st.lists(st.tuples(st.integers(1000, 1040), NAMES), min_size=1, unique_by=lambda pair: pair[0]))
@settings(max_examples=100, deadline=None)
def test_municipalities_of_one_name_never_share_a_slug(pairs: list[tuple[int, str]]) -> None:
    rows = [Code(str(number), name, new_year(FIRST), None) for number, name in pairs]
    assert municipalities(rows, [])["slug"].is_unique

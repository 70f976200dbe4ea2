"""Whether two postings are one job: SAME, CONTRADICTS or UNSURE. A wrong merge is worse than a miss."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from jobdb.posting import Career, CareerKind, Deadline, DeadlineKind, Employment, Posting, Region
from jobspider.clusters.companies import Company, is_same_company, read_company
from jobspider.clusters.titles import Title, read_title

REPOSTED_WITHIN = timedelta(days=31)  # an end that far from the other's is of another round of hiring


class Relation(Enum):
    """What two postings are to each other."""

    SAME = "same"
    CONTRADICTS = "contradicts"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Likeness:
    """What of a posting is compared. `key` is the posting's own: a database id, or (board, board id)."""

    key: object
    board: str
    company: Company
    title: Title
    regions: tuple[Region, ...]
    career: Career
    deadline: Deadline
    employment: frozenset[Employment]

    @property
    def blocks(self) -> frozenset[str]:
        """Return the keys one of which every two postings share that may be SAME."""
        cores = {self.title.run, " ".join(sorted(self.title.core))} if self.title.core else {"=" + self.title.whole}
        return frozenset(f"{name}|{core}" for name in self.company.names for core in cores)


def likeness(posting: Posting, key: object = None) -> Likeness:
    """Return what of a posting is compared; without a key it is (board, board id)."""
    company = read_company(posting.company)
    return Likeness(
        key=(posting.board, posting.board_id) if key is None else key,
        board=posting.board,
        company=company,
        title=read_title(posting.title, company, posting.regions),
        regions=posting.regions,
        career=posting.career,
        deadline=posting.deadline,
        employment=frozenset(posting.employment),
    )


def compare(one: Likeness, other: Likeness) -> Relation:
    """Return what two postings are to each other; the order of the two does not matter."""
    if not is_same_company(one.company, other.company) or any(rule(one, other) for rule in CONTRADICTIONS):
        return Relation.CONTRADICTS
    if not _one_core(one, other) or any(doubt(one, other) for doubt in DOUBTS):
        return Relation.UNSURE
    return Relation.SAME


# Each pair of facts below is of one posting and of the other; a fact that is not printed contradicts nothing.


def _other_round(one: Likeness, other: Likeness) -> bool:
    return _differ(one.title.calendar, other.title.calendar)


def _other_years(one: Likeness, other: Likeness) -> bool:
    return _differ(one.title.years, other.title.years)


def _other_stack(one: Likeness, other: Likeness) -> bool:
    here, there = one.title.stack, other.title.stack
    return not (here <= there or there <= here)


def _other_place(one: Likeness, other: Likeness) -> bool:
    if _differ(one.title.places, other.title.places):
        return True
    here, there = _regions(one), _regions(other)
    return bool(here and there) and not any(_overlap(a, b) for a in here for b in there)


def _other_career(one: Likeness, other: Likeness) -> bool:
    titled = {one.title.career, other.title.career} - {CareerKind.UNKNOWN}
    if len(titled) > 1 or {one.career.kind, other.career.kind} == {CareerKind.NEWCOMER, CareerKind.EXPERIENCED}:
        return True
    first, second = _least_years(one.career), _least_years(other.career)
    return first is not None and second is not None and abs(first - second) > 1


def _other_contract(one: Likeness, other: Likeness) -> bool:
    return bool(one.employment and other.employment) and not one.employment & other.employment


Rule = Callable[[Likeness, Likeness], bool]
CONTRADICTIONS: tuple[Rule, ...] = (
    _other_round, _other_years, _other_stack, _other_place, _other_career, _other_contract,
)  # fmt: skip


def _one_core(one: Likeness, other: Likeness) -> bool:
    if not one.title.core or not other.title.core:
        return not one.title.core and not other.title.core and one.title.whole == other.title.whole
    return one.title.core == other.title.core or one.title.run == other.title.run


def _ends_far_apart(one: Likeness, other: Likeness) -> bool:
    if one.deadline.at is None or other.deadline.at is None:
        return False
    return abs(one.deadline.at - other.deadline.at) > REPOSTED_WITHIN


def _career_unproven(one: Likeness, other: Likeness) -> bool:
    """Tell whether one title names its career or years and nothing of the other posting bears that out."""
    return any(_claims_more(a, b) for a, b in ((one, other), (other, one)))


def _claims_more(titled: Likeness, silent: Likeness) -> bool:
    if titled.title.years and not silent.title.years:
        least = _least_years(silent.career)
        return least is None or not any(years.split("~")[0].strip("-") == str(least) for years in titled.title.years)
    named = titled.title.career
    if named is CareerKind.UNKNOWN or silent.title.career is not CareerKind.UNKNOWN:
        return False
    return silent.career.kind is CareerKind.UNKNOWN or (
        silent.career.kind is not named and silent.career != titled.career and named is not CareerKind.BOTH
    )


def _place_unproven(one: Likeness, other: Likeness) -> bool:
    """Tell whether one title names its place and the other posting does not lie there alone."""
    return any(
        a.title.places and not b.title.places and {region.sido for region in b.regions} != a.title.places
        for a, b in ((one, other), (other, one))
    )


def _stack_unproven(one: Likeness, other: Likeness) -> bool:
    """Tell whether one title alone names technologies and the rest is not known to agree."""
    if one.title.stack == other.title.stack:
        return False
    known = one.regions and other.regions and _least_years(one.career) == _least_years(other.career) is not None
    return one.board == other.board or not known


def _too_vague(one: Likeness, other: Likeness) -> bool:
    """Tell whether titles say no work, or speak for an agency's unnamed client, and the facts do not make up for it."""
    vague = not one.title.core or one.company.is_agency or Employment.DISPATCHED in one.employment | other.employment
    if not vague:
        return False
    ends = {one.deadline, other.deadline}
    return (
        len(ends) > 1 or one.deadline.kind is not DeadlineKind.DATED or not one.regions or one.regions != other.regions
    )


DOUBTS: tuple[Rule, ...] = (_ends_far_apart, _career_unproven, _place_unproven, _stack_unproven, _too_vague)


def _differ(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one and other) and one != other


def _regions(of: Likeness) -> tuple[Region, ...]:
    """Return where the work is; a title's places stand for regions that the board does not print."""
    return of.regions or tuple(Region(sido) for sido in sorted(of.title.places))


def _overlap(one: Region, other: Region) -> bool:
    if one.sido != other.sido or one.sigungu is None or other.sigungu is None:
        return one.sido == other.sido
    here, there = one.sigungu.split(), other.sigungu.split()
    return all(a == b for a, b in zip(here, there, strict=False))


def _least_years(career: Career) -> int | None:
    """Return the fewest years of work that are asked for, or None where nobody knows."""
    if career.kind in {CareerKind.NEWCOMER, CareerKind.BOTH, CareerKind.ANY}:
        return 0
    return career.min_years

"""The code tables of 고용24: regions, occupations, and the terms of a posting.

From the tables of its Open API (2024-06). The occupation groups 025, 026 and 027 have the names of its search page of
2025-09, which moved them; 028 to 02C moved with them to where no source says, and are left out.
"""

import csv
from collections.abc import Iterator, Mapping
from functools import cache

from jobdb.place import packed
from jobdb.posting import Region

WALK_KEYS = {"occupation", "name", "region"}


@cache
def regions() -> Mapping[str, Region]:
    """Return region code -> place: "11680" is 서울 강남구, "11000" all of 서울, "00000" is 전국."""
    return {row["code"]: Region(row["sido"], row["sigungu"] or None) for row in _rows("regions")}


@cache
def occupations() -> Mapping[str, str]:
    """Return occupation code -> name, of 2 digits (a field), 3 (a group) and 6 (an occupation)."""
    return {row["code"]: row["name"] for row in _rows("occupations")}


@cache
def terms(kind: str) -> Mapping[str, str]:
    """Return code -> the board's words of a kind: education, career or employment."""
    return {row["code"]: row["name"] for row in _rows("terms") if row["kind"] == kind}


def wrong_walk(walk: Mapping[str, str]) -> str | None:
    """Return what is wrong with an entry of [walks] worknet, or None.

    An entry names its occupation beside the code: codes were given to other occupations before.
    """
    if unknown := walk.keys() - WALK_KEYS:
        return f"{sorted(unknown)} is not understood; it takes {', '.join(sorted(WALK_KEYS))}"
    code, name = walk.get("occupation", ""), occupations().get(walk.get("occupation", ""))
    if name is None:
        return f"occupation = {code!r} is in no table; see jobdb/codes/worknet_occupations.csv"
    if walk.get("name") != name:
        return f'occupation {code} is named {name!r}; write name = "{name}"'
    if "region" in walk and walk["region"] not in regions():
        return f"region = {walk['region']!r} is in no table; see jobdb/codes/worknet_regions.csv"
    return None


def _rows(table: str) -> Iterator[dict[str, str]]:
    yield from csv.DictReader(packed(__name__, f"worknet_{table}.csv").read_text(encoding="utf-8").splitlines())

"""What is said of a course's name that nobody knows. Pure."""

from collections.abc import Iterable
from difflib import get_close_matches


def no_course(name: str, known: Iterable[str]) -> str:
    """Return that there is no such course, with the names that are most like it, or else all."""
    names = sorted(known)
    spelt = {"".join(each.casefold().split()): each for each in names}
    like = get_close_matches("".join(name.casefold().split()), spelt, n=3, cutoff=0.75)
    return f"no course {name!r}; known are {', '.join([spelt[each] for each in like] or names)}"

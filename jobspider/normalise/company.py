"""A company's name, as shown and as compared."""

import re
from functools import lru_cache

from jobspider.normalise.text import REMEMBERED, clean, compact

_LEGAL_FORM = re.compile(r"\((?:주|유|유한|합|합자)\)|주식회사|유한책임회사|유한회사")


def read_company(text: str) -> str:
    """Return the name for showing."""
    return clean(text)


@lru_cache(REMEMBERED)
def company_key(text: str) -> str:
    """Return the name for comparing: no ㈜, (주), 주식회사, 유한회사, (유), blanks, case or width.

    A name of nothing but its legal form is kept as it is.
    """
    folded = compact(text).casefold()
    return _LEGAL_FORM.sub("", folded) or folded

"""How far a share may be from what is behind it: Wilson's interval. Pure."""

from math import sqrt

Z = 1.959963984540054  # of the normal distribution: 95 % lie within
FEW = 400  # with fewer mails the interval around a half is wider than 5 points to either side


def wilson(count: int, of: int) -> tuple[float, float]:
    """Return the 95 % interval of a share, as shares from 0 to 1; of no mails at all it is (0, 1).

    Wilson's score interval (JASA 22, 1927): unlike count/of ± an error it never leaves 0 to 1, and it says something
    at 0 of 20. ValueError unless 0 <= count <= of.
    """
    if not 0 <= count <= of:
        raise ValueError(f"{count} of {of} is no share")
    if of == 0:
        return 0.0, 1.0
    share, square = count / of, Z * Z
    middle = (share + square / (2 * of)) / (1 + square / of)
    reach = Z * sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return (0.0 if count == 0 else middle - reach), (1.0 if count == of else middle + reach)

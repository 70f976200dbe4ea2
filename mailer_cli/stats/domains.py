"""Domains of recipients as figures may name them: a domain of few people would tell of one of them. Pure."""

from collections.abc import Mapping

FEWEST = 5  # recipients that a domain has to have to stand under its own name
OTHERS = "기타"


def gathered(recipients: Mapping[str, int]) -> dict[str, str]:
    """Return domain -> the name it stands under: its own, or OTHERS for those of fewer than FEWEST recipients.

    OTHERS too holds FEWEST recipients or none: were it fewer, the next smallest domain joins them. `recipients` is
    domain -> how many different addresses were mailed there.
    """
    names, hidden = {}, 0
    for domain, people in sorted(recipients.items(), key=lambda item: (item[1], item[0])):
        alone = people < FEWEST or 0 < hidden < FEWEST
        hidden += people if alone else 0
        names[domain] = OTHERS if alone else domain
    return names

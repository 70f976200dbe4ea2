"""All rules over an edition, and what they find."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mailer_cli.config import MailSettings
from mailer_cli.lint import form, law
from mailer_cli.lint.proof import Proof, proof
from mailer_cli.message import EditionMail

RULES: dict[str, Callable[[Proof], Iterator[str]]] = {
    "kind": law.kind,
    "mark": law.mark,
    "consent": law.consent,
    "sender": law.sender,
    "refusing": law.refusing,
    "subject": form.subject,
    "links": form.links,
    "postings": form.postings,
    "pictures": form.pictures,
    "size": form.size,
    "unfilled": form.unfilled,
    "headers": form.headers,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with an edition, and the rule that says so; `composing` where there is no mail to look at."""

    edition_id: int
    course: str
    rule: str
    words: str

    def __str__(self) -> str:
        return f"{self.course}: {self.rule}: {self.words}"


def lint_edition(edition: EditionMail, settings: MailSettings) -> list[Finding]:
    """Return everything that is wrong with an edition's mail; each of it is a reason not to send."""
    try:
        made = proof(edition, settings)
    except ValueError as error:
        return [Finding(edition.edition_id, edition.course, "composing", str(error))]
    return [
        Finding(edition.edition_id, edition.course, rule, words) for rule, look in RULES.items() for words in look(made)
    ]

"""The law's rules (정보통신망법 제50조, 시행령 별표 6): what makes a mail an advertisement, and what it then needs."""

import re
from collections.abc import Iterator

from mailer_cli.compose import AD_MARK
from mailer_cli.lint.proof import Proof, folded

SAYS_AD = re.compile(r"\W*광\W*고")
COMPANY_FORM = re.compile(r"\(주\)|주식회사|\(유\)|유한회사")
REFUSING = {"Korean": ("수신거부", "수신을거부"), "English": ("unsubscribe",)}


def kind(proof: Proof) -> Iterator[str]:
    """Tell of what is an advertisement and does not say so."""
    if proof.edition.kind == "ad":
        return
    sponsors = {_company(name) for name in proof.settings.law.sponsors}
    for posting in proof.edition.postings:
        if _company(posting.company) in sponsors:
            yield f"posting {posting.posting_id} is of a sponsor, {posting.company!r}; make the edition's kind ad"
    ours = folded(proof.own_words() + _own_titles(proof))
    for words in proof.settings.law.own_courses:
        if folded(words) in ours:
            yield f"{words!r} promotes the school's own courses; make the edition's kind ad, or take it out"


def _own_titles(proof: Proof) -> str:
    school = _company(proof.settings.school)
    return " ".join(posting.title for posting in proof.edition.postings if _company(posting.company) == school)


def _company(name: str) -> str:
    return COMPANY_FORM.sub("", folded(name))


def mark(proof: Proof) -> Iterator[str]:
    """Tell of a subject that does not begin with the advertisement's mark, or does so without being one."""
    subject = proof.message.subject
    if proof.edition.kind != "ad":
        if SAYS_AD.match(subject):
            yield "the subject calls the mail an advertisement, and its kind is service"
    elif not subject.startswith(AD_MARK) or SAYS_AD.match(subject.removeprefix(AD_MARK)):
        yield f"the subject of an advertisement begins with exactly {AD_MARK!r}, once"


def consent(proof: Proof) -> Iterator[str]:
    """Tell of an advertisement to people of whom no consent is known."""
    if proof.edition.kind == "ad" and not proof.settings.law.consent:
        yield "an advertisement needs everybody's prior consent; say in [law] consent of mail.toml where it is kept"


def sender(proof: Proof) -> Iterator[str]:
    """Tell of a sender who is not named whole: name, address, telephone, e-mail."""
    house = proof.settings
    block = {"name": house.school, "address": house.postal_address, "phone": house.phone, "e-mail": house.reply_to}
    for part, words in proof.parts.items():
        for item, value in block.items():
            if folded(value) not in folded(words):
                yield f"the {part} part lacks the sender's {item}"


def refusing(proof: Proof) -> Iterator[str]:
    """Tell of a part that does not say, in Korean and English, how to refuse further mails."""
    for part, words in proof.parts.items():
        for language, phrases in REFUSING.items():
            if not any(phrase in folded(words) for phrase in phrases):
                yield f"the {part} part does not say in {language} how to unsubscribe"

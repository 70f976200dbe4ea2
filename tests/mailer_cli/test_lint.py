"""One mail in order, and for each thing that may be wrong with one, the finding that names it."""

from dataclasses import replace

import pytest

from mailer_cli.lint import lint_edition
from mailer_cli.lint.findings import RULES
from mailer_cli.lint.proof import proof
from mailer_cli.rulesettings import LawSettings, TrackingSettings
from tests.mailer_cli.samples import edition, posting, settings
from tests.mailer_cli.test_compose import crowded, full_edition

TRACKING = TrackingSettings("https://track.school.kr", (b"k" * 32,))
LAW = settings().law
FOOT = '{% extends "job_mail/body.html" %}{% block preheader %}'
END = "{% endblock %}"

# name -> (what an override of the track's template says instead, the finding)
TEMPLATES = {
    "a subject without words": ("subject.txt", "\n", "subject: the subject has 0 characters"),
    "a long subject": ("subject.txt", "채용" * 41, "subject: the subject has 82 characters"),
    "a subject that calls itself an ad": ("subject.txt", "( 광 고 ) 채용", "mark: the subject calls the mail an ad"),
    "an ad in other brackets": ("subject.txt", "[광고] 채용", "mark: the subject calls the mail an ad"),
    "a course of ours": ("body.html", FOOT + "지금 수강생  모집!" + END, "kind: '수강생 모집' promotes the"),
    "a name left out": ("body.txt", "{{ '{{ name }}' }}님", "unfilled: '{{' was left unfilled"),
    "a value that was none": ("body.html", FOOT + "None" + END, "unfilled: 'None' was left unfilled"),
    "a script for a link": (
        "body.html", FOOT + '<a href="javascript:alert(1)">x</a>' + END,
        "links: 'javascript:alert(1)' is not an http(s) link",
    ),
    "a mail address for a link": (
        "body.html", FOOT + '<a href="mailto:a@example.com">x</a>' + END,
        "links: 'mailto:a@example.com' is not an http(s) link",
    ),
    "a picture without words": (
        "body.html", FOOT + '<img src="https://www.school.kr/a.png">' + END,
        "pictures: the picture 'https://www.school.kr/a.png' has no alt words",
    ),
    "a picture within the mail": (
        "body.html", FOOT + '<img src="data:image/png;base64,AA" alt="x">' + END,
        "pictures: the picture 'data:image/png;base64,AA' is not an http(s) link",
    ),
    "a text part without an end": ("body.txt", "{{ name }}님\n", "refusing: the text part does not say in Korean how"),
    "the same in English": ("body.txt", "{{ name }}님\n", "refusing: the text part does not say in English how"),
    "a text part without postings": ("body.txt", "{{ name }}님\n", "postings: posting 1 is not in the text part"),
    "a text part without its form": ("body.txt", "{{ name }}님\n", "links: the text part has no link to unsubscribe"),
    "an HTML part of its own": ("body.html", "<p>{{ name }}님</p>", "postings: posting 1 is not in the HTML part"),
    "without a survey": ("body.html", "<p>{{ name }}님</p>", "links: the HTML part has no link to survey"),
    "without a logo": ("body.html", "<p>{{ name }}님</p>", "pictures: the logo is missing"),
    "without a sender": ("body.html", "<p>{{ name }}님</p>", "sender: the HTML part lacks the sender's phone"),
    "a template that breaks": ("body.html", "{{ nobody }}", "composing: the templates of bigdata: 'nobody' is"),
    "a template that adds up": ("body.html", "{{ count + day }}", "composing: the templates of bigdata: unsupported"),
    "a template that is none": ("body.html", "{% if %}", "composing: the templates of bigdata: Expected"),
    "a template of the recipient's subject": ("subject.txt", "{{ name }}님", "composing: subject.txt names the"),
}  # fmt: skip

# name -> (edition, settings, the finding)
EDITIONS = {
    "an ad without consent": (edition(kind="ad"), settings(), "consent: an advertisement needs everybody's prior"),
    "a sponsor's posting": (
        edition(), settings(law=replace(LAW, sponsors=("푸른바다 주식회사",))),
        "kind: posting 1 is of a sponsor, '㈜푸른바다'",
    ),
    "a posting of ours for a course of ours": (
        edition(posting(company="가온코딩스쿨", title="KDT 훈련생 모집")), settings(), "kind: '훈련생 모집' promotes",
    ),
    "no postings": (edition(postings=()), settings(), "composing: edition 12 has no postings"),
    "a form that nobody reaches": (
        edition(), settings(survey_url="http://localhost:8000/form"), "links: nobody else can reach survey",
    ),
    "a form of this network": (
        edition(), settings(unsubscribe_url="https://10.0.0.7/form"), "links: nobody else can reach unsubscribe",
    ),
    "a logo in this house": (
        edition(), settings(logo_url="http://logo/x.png"), "links: nobody else can reach logo",
    ),
    "a link of the settings that runs": (
        edition(), settings(more_url="javascript:alert(1)"), "composing: more_url of the mail settings is not",
    ),
}  # fmt: skip

GOOD = {
    "twenty-five postings": (full_edition(), settings()),
    "one posting": (edition(), settings()),
    "more than there is room for": (crowded(), settings()),
    "an endpoint": (full_edition(), settings(tracking=TRACKING)),
    "an ad, with consent": (edition(kind="ad"), settings(law=replace(LAW, consent="수강신청서 3항"))),
    "a sponsor's ad": (
        edition(kind="ad"), settings(law=LawSettings("수강신청서 3항", ("푸른바다",), ("수강생 모집",))),
    ),
    "another company whose name has the sponsor's": (
        edition(posting(company="푸른바다건설")), settings(law=replace(LAW, sponsors=("푸른바다",))),
    ),
    "a job for who recruits students": (edition(posting(title="수강생 모집 담당자")), settings()),
    "titles that look like templates": (edition(posting(title="{{ 7*7 }} None ${x} (광고)")), settings()),
    "a title within a title": (edition(posting(title="TODO"), posting(2, title="TODO 앱 {{개발}}")), settings()),
}  # fmt: skip


def said(mail, chosen):
    return [f"{finding.rule}: {finding.words}" for finding in lint_edition(mail, chosen)]


@pytest.mark.parametrize(("mail", "chosen"), GOOD.values(), ids=GOOD.keys())
def test_a_mail_in_order_has_no_findings(mail, chosen):
    assert said(mail, chosen) == []


@pytest.mark.parametrize(("file", "words", "finding"), TEMPLATES.values(), ids=TEMPLATES.keys())
def test_what_a_template_does_wrong_is_named(file, words, finding, tmp_path):
    (tmp_path / "job_mail").symlink_to(settings().templates / "job_mail")
    (tmp_path / "bigdata").mkdir()
    (tmp_path / "bigdata" / file).write_text(words, encoding="utf-8")
    found = said(edition(), settings(templates=tmp_path))
    assert [line for line in found if line.startswith(finding)], found


@pytest.mark.parametrize(("mail", "chosen", "finding"), EDITIONS.values(), ids=EDITIONS.keys())
def test_what_an_edition_does_wrong_is_named(mail, chosen, finding):
    found = said(mail, chosen)
    assert [line for line in found if line.startswith(finding)], found


def test_a_mail_in_disorder_has_all_its_findings_at_once():
    wrong = settings(law=LawSettings(sponsors=("푸른바다",)), survey_url="http://localhost/x", phone="02-\u200b1")
    assert {line.partition(":")[0] for line in said(edition(), wrong)} == {"kind", "links"}


@pytest.mark.parametrize(
    ("header", "value", "finding"),
    [
        ("X-SES-CONFIGURATION-SET", "mail_monitoring", "X-SES-CONFIGURATION-SET is for SES to write"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click", "promises another one click than there is"),
        ("X-Jm-Long", "x" * 990, "a line is longer than 998 letters"),
    ],
)
def test_headers_that_are_not_ours_are_named(header, value, finding):
    made = proof(edition(), settings())
    raw = f"{header}: {value}\r\n".encode() + made.raw
    made.mail[header] = value
    assert any(finding in line for line in RULES["headers"](replace(made, raw=raw)))


def test_a_mark_that_is_there_twice_or_bent_is_named():
    made = proof(edition(kind="ad"), settings())
    for subject in ("(광고) (광고) 채용", "(광고)채용", " (광고) 채용", "[광고] 채용", "채용 (광고)"):
        common = replace(made.message.common, subject=subject)
        assert list(RULES["mark"](replace(made, message=replace(made.message, common=common)))), subject


def test_a_page_that_gmail_would_clip_is_named():
    made = proof(edition(), settings())
    common = replace(made.message.common, html=made.message.common.html + "가" * 40_000)
    assert list(RULES["size"](replace(made, message=replace(made.message, common=common))))


def test_what_is_left_out_without_a_word_is_named():
    made = proof(crowded(), settings())
    made.page.words = made.page.words.replace("더 보기", "")
    assert [line for line in RULES["postings"](made) if "found no room in the HTML part" in line]

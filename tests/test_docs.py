"""The documents tell the truth: settings, commands and links exist."""

import re
from pathlib import Path

import pytest

from mailer_cli.cli import mailer

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("jobdb", "jobspider", "mailer_cli", "sandbox", "ops")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
READ = re.compile(
    r"""(?:environ(?:\.get)?|environment(?:\.get)?|overridden\(environment,\s*|secret|connect|setting=)[\[(]?["']([A-Z][A-Z0-9_]+)"""
)
# read by the tests' and benches' own tools or set by a program for its children, not by an operator
OTHERS = {"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SESV2", "JOB_RUN_ID", "LD_LIBRARY_PATH"}
LIBPQ_OWN = {"PGHOST", "PGSSLMODE", "PGSSLROOTCERT"}  # read by PostgreSQL's library itself
AWS_OWN = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}  # read by boto3 itself


def settings_in_code() -> set[str]:
    sources = [path.read_text() for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    return {name for source in sources for name in READ.findall(source)} - OTHERS - LIBPQ_OWN


def settings_in_example() -> set[str]:
    return set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))


def test_every_setting_of_the_environment_is_in_the_example_and_no_other():
    assert settings_in_code() | AWS_OWN == settings_in_example()


def test_the_example_says_what_each_setting_is():
    lines = (ROOT / ".env.example").read_text().splitlines()
    for number, line in enumerate(lines):
        if re.match(r"#?[A-Z][A-Z0-9_]+=", line):
            before = lines[number - 1]
            assert before.startswith("# ") or re.match(r"#?[A-Z]", before), f"{line} has no comment above it"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document):
    for target in re.findall(r"\]\(([^)#\s]+)\)|src=\"([^\"]+)\"", document.read_text()):
        path = next(filter(None, target))
        if "://" not in path:
            assert (document.parent / path).exists(), f"{document.name} links to {path}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_make_targets_and_project_commands_exist(document):
    text = document.read_text()
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)", text)) <= targets
    commands = set(mailer.commands)
    assert set(re.findall(r"`mailer ([a-z-]+)", text)) <= commands
    ours = {path.stem for path in (ROOT / "jobspider" / "commands").glob("*.py")} | {"list", "crawl"}
    assert set(re.findall(r"`scrapy ([a-z]+)", text)) <= ours

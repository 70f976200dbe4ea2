"""Saramin's job keywords (`cat_kewd`, and the API's `job_cd`)."""

from sandbox.job import Job
from sandbox.words import FIELDS

# A line of work or a skill, by the board's own numbers; numbers above 9000 are made up.
KEYWORD_FIELDS = {"84": "backend", "92": "frontend", "82": "data", "83": "data"}
KEYWORD_SKILLS = {"235": "Java", "272": "Python"}
KEYWORD_SKILLS |= {
    str(9000 + number): skill
    for number, skill in enumerate(sorted({skill for field in FIELDS.values() for skill in field.skills}))
    if skill not in KEYWORD_SKILLS.values()
}
SKILL_KEYWORDS = {skill: code for code, skill in KEYWORD_SKILLS.items()}


def has_keyword(job: Job, code: str) -> bool:
    """Tell whether a posting is listed under a job keyword."""
    return KEYWORD_FIELDS.get(code, "no such") == job.field or KEYWORD_SKILLS.get(code) in job.skills

"""A posting of which only the words of a saved row are known."""

from datetime import datetime

from jobdb.posting import Career, Deadline, Education, Employment
from sandbox.job import Job


def saved_job(
    board: str, board_id: str, words: dict[str, str], posted_at: datetime, skills: tuple[str, ...] = ()
) -> Job:
    """Return a Job that prints the row's words and means nothing; `words` has title, company and what else was kept."""
    return Job(
        board=board,
        board_id=board_id,
        title=words["title"],
        company=words["company"],
        field="",
        sido="",
        sigungu=None,
        career=Career(),
        education=Education.UNKNOWN,
        employment=Employment.OTHER,
        deadline=Deadline(),
        posted_at=posted_at,
        skills=skills,
        words={name: text for name, text in words.items() if text},
    )

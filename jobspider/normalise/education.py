"""The lowest schooling that a posting accepts."""

import re
from functools import lru_cache

from jobdb.posting import Education
from jobspider.normalise.text import REMEMBERED, WordingError, compact

# Wording without blanks, "이상", arrows and "졸업 예정자 가능".
LEVELS = {
    "": Education.UNKNOWN,
    "null": Education.UNKNOWN,
    "무관": Education.ANY,
    "학력무관": Education.ANY,
    "관계없음": Education.ANY,
    "제한없음": Education.ANY,
    "초졸": Education.ANY,
    "초졸이하": Education.ANY,  # 고용24's lowest: no schooling is lower
    "중졸": Education.MIDDLE_SCHOOL,
    "중학교졸업": Education.MIDDLE_SCHOOL,
    "고졸": Education.HIGH_SCHOOL,
    "고교졸업": Education.HIGH_SCHOOL,
    "고등학교졸업": Education.HIGH_SCHOOL,
    "초대졸": Education.COLLEGE,
    "전문대졸": Education.COLLEGE,
    "전문대졸업": Education.COLLEGE,
    "전문학사": Education.COLLEGE,
    "대졸(2,3년)": Education.COLLEGE,
    "대학졸업(2,3년)": Education.COLLEGE,
    "대졸": Education.BACHELOR,
    "대학졸업": Education.BACHELOR,
    "대학교졸업": Education.BACHELOR,
    "대졸(4년)": Education.BACHELOR,
    "대학졸업(4년)": Education.BACHELOR,
    "대학교졸업(4년)": Education.BACHELOR,
    "학사": Education.BACHELOR,
    "석사": Education.MASTER,
    "석사졸업": Education.MASTER,
    "대학원졸업": Education.MASTER,
    "대학원석사졸업": Education.MASTER,
    "박사": Education.DOCTOR,
    "박사졸업": Education.DOCTOR,
    "대학원박사졸업": Education.DOCTOR,
}

_NOTES = re.compile(r"\((?:졸업)?예정자?(?:가능|포함)?\)|이상|↑|학위$")


@lru_cache(REMEMBERED)
def read_education(text: str) -> Education:
    """Return the lowest schooling of `대졸(4년제) 이상`, `고졸 ~ 대졸(4년)`, `대졸(4년)-박사` and the like.

    "" is UNKNOWN. Raises WordingError.
    """
    words = compact(text).replace("2~3년", "2,3년").replace("년제", "년")
    lowest = _NOTES.sub("", re.split("[~-]", words)[0])
    try:
        return LEVELS[lowest]
    except KeyError:
        raise WordingError(text) from None

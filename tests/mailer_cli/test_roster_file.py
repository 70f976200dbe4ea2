"""The LMS's CSV: what is taken, and how what cannot be taken is named."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobdb.clock import KST
from jobdb.errors import DataError, SettingError
from mailer_cli.records import Course, Status, Student
from mailer_cli.roster import Roster, compare, mass_change, no_mapping, read_file, read_mapping, read_roster
from mailer_cli.roster.row import COLUMNS, BadRow, read_row

HEADER = ",".join(COLUMNS)
ROW = "L1,홍길동,hong@example.com,010-0000-0001,pm,PM 12,2026-03-02,2026-09-01,교육 중,on,2026-11-01T09:00"
TRACKS = {"pm", "bigdata"}
HONG = Student(
    "L1",
    "홍길동",
    "hong@example.com",
    "010-0000-0001",
    "PM 12",
    Status.STUDYING,
    True,
    datetime(2026, 11, 1, 9, tzinfo=KST),
)
PM_12 = Course("PM 12", "pm", date(2026, 3, 2), date(2026, 9, 1))


@pytest.fixture
def read(tmp_path):
    path = tmp_path / "roster.csv"

    def read_text(*lines, header=HEADER, encoding="utf-8"):
        path.write_text("\n".join([header, *lines]), encoding=encoding)
        return read_roster(read_file(path), TRACKS, no_mapping())

    return read_text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_row_is_a_course_and_a_student(read, encoding):
    roster = read(ROW, encoding=encoding)
    assert roster.courses == {"PM 12": PM_12}
    assert roster.students == {"L1": HONG}


def test_columns_may_stand_in_any_order(read):
    header, row = ",".join(reversed(COLUMNS)), ",".join(reversed(ROW.split(",")))
    assert read(row, header=header).students == {"L1": HONG}


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("교육중", Status.STUDYING),
        ("조기수료", Status.COMPLETED_EARLY),
        ("중도포기", Status.DROPPED_OUT),
        ("취업", Status.EMPLOYED),
    ],
)
def test_blanks_in_a_status_do_not_matter(read, word, status):
    assert read(ROW.replace("교육 중", word)).students["L1"].status is status


@pytest.mark.parametrize(("word", "on"), [("on", True), ("OFF", False), ("Y", True), ("0", False), ("False", False)])
def test_the_switch_is_read(read, word, on):
    assert read(ROW.replace(",on,", f",{word},")).students["L1"].mail_on is on


BAD_ROWS = {
    "duplicate student": ([ROW, ROW], r"row 3: lms_id L1 stands twice; keep one row"),
    "bad start": ([ROW.replace("2026-03-02", "02.03.2026")], r"row 2: starts_on '02\*\*\*\*' is no day; write it like"),
    "no such day": ([ROW.replace("2026-09-01", "2026-09-31")], r"row 2: ends_on '2026-09-31' is no day"),
    "ends before it starts": ([ROW.replace("2026-09-01", "2026-03-01")], "starts_on 2026-03-02 is after ends_on"),
    "unknown track": ([ROW.replace(",pm,", ",ai,")], r"row 2: track 'a\*\*\*\*' is not one of bigdata, pm"),
    "unknown status": ([ROW.replace("교육 중", "휴학")], r"row 2: status '휴\*\*\*\*' is not one of 교육 중, 수료"),
    "unknown switch": ([ROW.replace(",on,", ",maybe,")], r"row 2: mail_on 'ma\*\*\*\*' is not on or off"),
    "bad address": ([ROW.replace("hong@", "hong hong@")], r"row 2: email ho\*\*\*\*@example.com is no address"),
    "no address": ([ROW.replace("hong@example.com", "hong")], r"row 2: email without @ is no address"),
    "no name": ([ROW.replace("홍길동", " ")], r"row 2: name is empty; fill it in"),
    "a header in a name": ([ROW.replace("홍길동", "홍\x00길동")], r"row 2: name holds characters that do not print"),
    "bad time": ([ROW.replace("2026-11-01T09:00", "yesterday")], r"row 2: updated_at 'ye\*\*\*\*' is no time"),
    "another track": ([ROW, ROW.replace("L1", "L2").replace(",pm,", ",bigdata,")], r"row 3: course PM 12 has another"),
    "other dates": ([ROW, ROW.replace("L1", "L2").replace("09-01", "09-02")], r"row 3: course PM 12 has another track"),
    "too few values": ([ROW, "L2,김철수"], r"row 3: 2 values under 11 columns"),
    "open quote": ([ROW, 'L2,"김철수'], r"row 3: .*mend the quotes"),
    "no students": ([], "no students below the header"),
}


@pytest.mark.parametrize(("lines", "told"), BAD_ROWS.values(), ids=BAD_ROWS.keys())
def test_bad_rows_are_named(read, lines, told):
    with pytest.raises(DataError, match=told) as refused:
        read(*lines)
    assert all("roster.csv: " in line for line in str(refused.value).splitlines())
    assert refused.value.exit_code == 3


def test_ten_bad_rows_are_named_and_the_rest_counted(read):
    with pytest.raises(DataError) as refused:
        read(*(ROW.replace("L1", f"L{number}").replace(",on,", ",?,") for number in range(13)))
    lines = str(refused.value).splitlines()
    assert len(lines) == 12
    assert "row 2:" in lines[0]
    assert "row 11:" in lines[9]
    assert lines[10].endswith("and 3 more rows")
    assert lines[11].endswith("nothing was imported")


@pytest.mark.parametrize(
    ("header", "told"),
    [
        (HEADER.replace(",phone", ""), "no column phone; the columns are lms_id"),
        (HEADER.replace("phone", "mobile"), "no column phone"),
        (HEADER + ",memo", "unknown column memo; .*; --mapping renames or ignores them"),
        (HEADER + ",name", "a column stands twice"),
        ("", "no column lms_id"),
    ],
)
def test_a_header_of_another_table_is_refused(read, header, told):
    with pytest.raises(DataError, match=told):
        read(ROW, header=header)


def test_what_excel_in_korea_writes_is_read_and_said(read, tmp_path):
    assert read(ROW, encoding="cp949").students == {"L1": HONG}
    (notice,) = read_file(tmp_path / "roster.csv").notices
    assert "roster.csv: read as CP949 (Korean Windows), not UTF-8" in notice


def test_a_file_in_another_encoding_is_refused(read):
    with pytest.raises(DataError, match=r"neither UTF-8 \(byte 0\) nor CP949; save it as CSV UTF-8"):
        read(ROW, encoding="utf-16")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "the file is empty; export it again"),
        (b"\xef\xbb\xbf\r\n", "the file is empty; export it again"),
        (b"PK\x03\x04\x14\x00", "an Excel workbook, no CSV; open it in Excel and save it as CSV UTF-8"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an Excel workbook, no CSV; open it in Excel and save it as CSV UTF-8"),
        (HEADER.replace(",", "\t").encode(), "tabs stand between its columns, not commas; save it as CSV UTF-8"),
        (HEADER.replace(",", ";").encode(), "semicolons stand between its columns, not commas; save it as CSV UTF-8"),
    ],
)
def test_a_file_that_is_no_csv_is_called_what_it_is(tmp_path, content, told):
    path = tmp_path / "roster.csv"
    path.write_bytes(content)
    with pytest.raises(DataError) as refused:
        read_file(path)
    assert str(refused.value) == f"{path}: {told}"


def test_rows_that_were_emptied_in_excel_are_nobody(read):
    assert read("," * 10, ROW, " ," * 10, "").students == {"L1": HONG}


@pytest.mark.parametrize(
    ("word", "phone"),
    [
        ("1000000001", "01000000001"),
        ("111234567", "0111234567"),
        ("01000000001", "01000000001"),
        ("+821000000001", "+821000000001"),
        ("15880000", "15880000"),
        ("", ""),
    ],
)
def test_a_telephone_number_gets_back_the_zero_that_excel_took(read, word, phone):
    assert read(ROW.replace("010-0000-0001", word)).students["L1"].phone == phone


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DataError, match=r"none\.csv: No such file"):
        read_file(tmp_path / "none.csv")


@given(st.fixed_dictionaries(dict.fromkeys(COLUMNS, st.text(max_size=12))))
def test_no_words_raise_anything_but_bad_row(words):
    try:
        _, student = read_row(words, TRACKS)
    except BadRow:
        return
    assert student.email.isascii()


def test_what_changed_is_told_by_field(read):
    kept = read(ROW, ROW.replace("L1", "L2"), ROW.replace("L1", "L3"))
    moved = ROW.replace("L1", "L2").replace("교육 중", "수료").replace(",on,", ",off,")
    later = ROW.replace("2026-11-01", "2026-11-02")
    change = compare(read(later, moved, ROW.replace("L1", "L4")), kept)
    assert (change.new, change.changed, change.unchanged, change.missing) == (
        ("L4",), {"L2": ("status", "mail_on")}, 1, ("L3",),
    )  # fmt: skip
    assert (change.courses_new, change.courses_changed, change.back) == (0, 0, ())


def test_who_was_missing_is_not_missed_again_and_may_come_back(read):
    kept = read(ROW, ROW.replace("L1", "L2"), ROW.replace("L1", "L3"))
    for lms_id in ("L2", "L3"):
        kept.students[lms_id] = replace(kept.students[lms_id], missing_since=HONG.updated_at)
    change = compare(read(ROW, ROW.replace("L1", "L3")), kept)
    assert (change.missing, change.back, change.changed) == ((), ("L3",), {})


@pytest.mark.parametrize(
    ("gone", "turned", "told"),
    [
        (3, 0, None),
        (4, 0, "4 of 10 students are gone"),
        (0, 3, None),
        (0, 4, "4 of 10 switches are turned"),
        (4, 2, "4 of 10 students are gone and 2 of 6 switches are turned"),
    ],
)
def test_more_than_thirty_in_a_hundred_is_a_mass_change(read, gone, turned, told):
    rows = [ROW.replace("L1", f"L{number}") for number in range(10)]
    kept = read(*rows)
    left = [row.replace(",on,", ",off,") if number < turned else row for number, row in enumerate(rows[gone:])]
    assert mass_change(compare(read(*left), kept), kept) == told


def test_the_first_roster_is_no_mass_change(read):
    nothing = Roster({}, {})
    assert mass_change(compare(read(ROW), nothing), nothing) is None


MAPPING = """
ignore = ["비고"]
[columns]
"학번" = "lms_id"
"이메일" = "email"
[status]
"재학" = "교육 중"
[mail_on]
"수신 거부" = "off"
[track]
"피엠" = "pm"
"""


def test_a_mapping_renames_columns_and_words(tmp_path):
    (tmp_path / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    header = HEADER.replace("lms_id", "학번").replace("email", "이메일") + ",비고"
    row = ROW.replace("교육 중", "재 학").replace(",on,", ",수신거부,").replace(",pm,", ",피엠,") + ",메모"
    (tmp_path / "roster.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")
    roster = read_roster(read_file(tmp_path / "roster.csv"), TRACKS, read_mapping(tmp_path / "mapping.toml"))
    assert roster.students == {"L1": replace(HONG, mail_on=False)}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[colums]\n", "colums is nothing here; it takes ignore, \\[columns\\]"),
        ('[columns]\n"학번" = "id"\n', "\\[columns\\] id: ours are lms_id"),
        ('[status]\n"재학" = "다님"\n', "\\[status\\] 다님: ours are 교육 중"),
        ("[mail_on]\n예 = true\n", "mapping.toml: "),
        ('ignore = "비고"\n', "ignore must be a list"),
    ],
)
def test_a_wrong_mapping_is_named(tmp_path, text, told):
    (tmp_path / "mapping.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingError, match=told):
        read_mapping(tmp_path / "mapping.toml")

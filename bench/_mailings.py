"""Months of mailings with what came back of them, made in the database: what the bench of the figures reads."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from psycopg2.extensions import connection

# Chance is a hash of a row's own id, so that every scale has about the same shares.
SCHOOL = """
    INSERT INTO course (name, track, starts_on, ends_on)
    SELECT 'course ' || n, (ARRAY['bigdata', 'fullstack', 'pm'])[1 + n %% 3], '2026-01-01', '2026-12-31'
    FROM generate_series(1, %(courses)s) AS n;
    INSERT INTO student (lms_id, name, email, phone, course_id, status, mail_on, updated_at)
    SELECT 'L' || n, '홍길동', 'student' || n || '@' || (ARRAY['naver.com', 'naver.com', 'naver.com', 'gmail.com',
        'gmail.com', 'hanmail.net', 'kakao.com', 'chunjae.co.kr', 'mail' || n %% 40 || '.example.com'])[1 + n %% 9],
        '', (SELECT min(id) FROM course) + n %% %(courses)s, '교육 중', true, now()
    FROM generate_series(1, %(students)s) AS n;
    INSERT INTO posting (board, board_id, url, title, company, company_key, deadline_kind, career_kind, education,
        employment, regions, remote, pay, skills, body, image_only, raw, first_seen, last_seen)
    SELECT (ARRAY['saramin', 'saramin', 'incruit', 'wanted', 'jumpit'])[1 + n %% 5], n, 'https://example.com/' || n,
        '데이터 분석가 ' || n, '회사 ' || n, '회사 ' || n, 'open_ended', 'both', 'any', '{}', '[]', false, '', '{}', '',
        false, '{}', now(), now()
    FROM generate_series(1, 5000) AS n;
    INSERT INTO posting_track
    SELECT id, track, ARRAY['word ' || id %% 30, 'word ' || id %% 7]
    FROM posting, unnest(ARRAY['bigdata', 'fullstack', 'pm']) AS track;
"""
SENT = """
    INSERT INTO edition (course_id, slot, state, planned_at)
    SELECT id, timestamptz '2026-01-06 17:00+09' + n / 2 * interval '7 days' + n %% 2 * interval '3 days', 'sent', now()
    FROM course, generate_series(0, %(slots)s - 1) AS n;
    INSERT INTO edition_posting
    SELECT edition.id, (SELECT min(id) FROM posting) + (edition.id * 25 + n) %% 5000, n + 1
    FROM edition, generate_series(0, 24) AS n;
    INSERT INTO delivery (edition_id, student_id, address, state, reason, message_id, updated_at)
    SELECT edition.id, student.id, email,
        CASE WHEN dice < 6 THEN 'skipped' WHEN email LIKE '%%chunjae%%' THEN 'accepted'
             WHEN dice = 6 THEN 'bounced_hard' ELSE 'delivered' END,
        CASE WHEN dice < 6 THEN (ARRAY['employed', 'switched_off', 'same_address'])[1 + dice %% 3] END, 'm', now()
    FROM edition JOIN student USING (course_id),
        LATERAL (SELECT (hashint8(edition.id * 65536 + student.id) & 65535) %% 100 AS dice);
    INSERT INTO attempt (delivery_id, route, started_at, ended_at, outcome)
    SELECT id, 'ses', now(), now(), 'accepted' FROM delivery WHERE state <> 'skipped';
"""
# A tenth of what came back belongs to no mail of ours, as after another program used the same account.
CAME_BACK = """
    INSERT INTO mail_event
        (digest, kind, source, delivery_id, occurred_at, received_at, reader, link, posting_id, detail)
    SELECT sha256(convert_to(delivery.id || kind || again, 'UTF8')), kind,
        CASE kind WHEN 'open' THEN 'endpoint' ELSE 'ses' END,
        CASE WHEN (hashtext(delivery.id || kind || again) & 65535) %% 10 > 0 THEN delivery.id END, now(), now(),
        CASE WHEN kind IN ('open', 'click') THEN (ARRAY['human', 'machine', 'machine', 'unknown'])[1 + dice %% 4] END,
        CASE WHEN kind = 'click' THEN 'posting' END,
        CASE WHEN kind = 'click' THEN (SELECT min(id) FROM posting) + (edition_id * 25 + dice %% 25) %% 5000 END,
        CASE WHEN kind = 'bounce' THEN '{"type": "Permanent", "subtype": "General"}'::jsonb ELSE '{}' END
    FROM delivery, LATERAL (SELECT (hashtext(delivery.id::text) & 65535) %% 1000 AS dice), LATERAL (
        SELECT 'send' AS kind, 1 AS again WHERE state <> 'accepted'
        UNION ALL SELECT CASE state WHEN 'bounced_hard' THEN 'bounce' ELSE 'delivery' END, 1 WHERE state <> 'accepted'
        UNION ALL SELECT 'open', n FROM generate_series(1, dice %% 3) AS n WHERE state <> 'bounced_hard'
        UNION ALL SELECT 'click', n FROM generate_series(1, dice %% 5) AS n WHERE state = 'delivered' AND dice < 200
    ) WHERE state <> 'skipped'
"""


@dataclass(frozen=True, slots=True)
class Scale:
    """How many students in how many courses got how many mailings."""

    students: int
    courses: int
    slots: int

    def fill(self, database: "connection") -> tuple[int, int]:
        """Write the mailings into an empty database and return how many deliveries and events they are."""
        values = {"students": self.students, "courses": self.courses, "slots": self.slots}
        with database, database.cursor() as on:
            for statements in (SCHOOL, SENT, CAME_BACK):
                on.execute(statements, values)
        with database, database.cursor() as on:
            on.execute("ANALYZE")
            on.execute("SELECT (SELECT count(*) FROM delivery), (SELECT count(*) FROM mail_event)")
            row = on.fetchone()
        assert row
        return row[0], row[1]

"""A school with many students of one course, whose edition is ready to be sent."""

from psycopg2.extensions import connection

from tests.mailer_cli.school import School

POSTINGS = 3


def ready_school(database: connection, students: int) -> tuple[School, list[int]]:
    """Put it into an empty database, one mail for each student; return it and the ids of its editions."""
    school = School(database)
    for _ in range(POSTINGS):
        school.posting()
    school.student("first")
    school.run(
        """
        INSERT INTO student (lms_id, name, email, phone, course_id, status, mail_on, updated_at)
        SELECT 's' || n, '홍길동', 's' || n || '@example.org', '', course.id, '교육 중', true, now()
        FROM course, generate_series(2, %s) AS n
        """,
        students,
    )
    return school, school.ready()

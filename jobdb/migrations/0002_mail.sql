-- Who gets what: courses and students from the LMS, each course's editions, and one row for each mail.

CREATE TABLE course (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name        text NOT NULL UNIQUE,
    track       text NOT NULL,
    starts_on   date NOT NULL,
    ends_on     date NOT NULL,
    CHECK (starts_on <= ends_on)
);

CREATE TABLE student (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    lms_id      text        NOT NULL UNIQUE,
    name        text        NOT NULL,
    email       text        NOT NULL,
    phone       text        NOT NULL,
    course_id   bigint      NOT NULL REFERENCES course,
    status      text        NOT NULL,              -- the LMS's words: 교육 중, 수료, 조기 수료, 취업, 중도 포기, 수강철회
    mail_on     boolean     NOT NULL,
    updated_at  timestamptz NOT NULL
);
CREATE INDEX student_course ON student (course_id);

-- A course's mailing at a slot.
CREATE TABLE edition (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    course_id   bigint      NOT NULL REFERENCES course,
    slot        timestamptz NOT NULL,
    state       text        NOT NULL CHECK (state IN ('planned', 'checked', 'sending', 'sent', 'refused')),
    reason      text,                              -- why it is refused: outside the window, nothing to send, nobody
    planned_at  timestamptz NOT NULL,
    checked_at  timestamptz,
    late_reason text,                              -- why an operator let it out long after its slot
    UNIQUE (course_id, slot)
);

-- What was chosen for an edition, in order, and what was passed over and why.
CREATE TABLE edition_posting (
    edition_id  bigint  NOT NULL REFERENCES edition ON DELETE CASCADE,
    posting_id  bigint  NOT NULL REFERENCES posting,
    position    integer,                           -- 1… in the mail; null: passed over
    reason      text,                              -- why it was passed over
    PRIMARY KEY (edition_id, posting_id),
    UNIQUE (edition_id, position),
    CHECK ((position IS NULL) <> (reason IS NULL))
);
CREATE INDEX edition_posting_sent ON edition_posting (posting_id) WHERE position IS NOT NULL;

-- Every student of the course has a row in every edition: "who did not get it, and why" is one query.
CREATE TABLE delivery (
    id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    edition_id    bigint      NOT NULL REFERENCES edition,
    student_id    bigint      NOT NULL REFERENCES student,
    address       text        NOT NULL,            -- folded to lower case
    state         text        NOT NULL CHECK (state IN
                  ('planned', 'ready', 'sending', 'accepted', 'failed', 'unknown', 'skipped')),
    reason        text,                            -- of skipped and failed
    message_id    text,                            -- the provider's, once accepted
    attempts      integer     NOT NULL DEFAULT 0,
    next_try_at   timestamptz,
    updated_at    timestamptz NOT NULL,
    UNIQUE (edition_id, student_id)
);
-- Two students of one address get one mail.
CREATE UNIQUE INDEX delivery_one_address ON delivery (edition_id, address) WHERE state <> 'skipped';
CREATE INDEX delivery_ready ON delivery (edition_id, student_id) WHERE state = 'ready';
CREATE INDEX delivery_sending ON delivery (edition_id) WHERE state = 'sending';

-- Written and committed before the provider is called: what is found without an end has an unknown outcome.
CREATE TABLE attempt (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    delivery_id  uuid        NOT NULL REFERENCES delivery,
    route        text        NOT NULL,             -- outbox, smtp, ses
    started_at   timestamptz NOT NULL,
    ended_at     timestamptz,
    outcome      text,                             -- accepted, not_sent, failed, unknown
    detail       text
);
CREATE INDEX attempt_delivery ON attempt (delivery_id);

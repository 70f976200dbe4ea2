-- Who may be mailed (the roster, refusals, feedback), and what a course was sent, here or by an earlier system.

-- The last roster lacked this student: no mail, and nothing of them is lost should they come back.
ALTER TABLE student ADD COLUMN missing_since timestamptz;

CREATE TABLE roster_import (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source      text        NOT NULL,              -- a file's name, a host, a view: no password, no query
    imported_at timestamptz NOT NULL,
    students    integer     NOT NULL,
    added       integer     NOT NULL,
    changed     integer     NOT NULL,
    gone        integer     NOT NULL,              -- on the roster before, not on this one
    mass_change text                               -- what an operator confirmed; null: nothing to confirm
);

-- One row for each reading of a Google Form's answers, read or not: sending waits for a late or failed one.
CREATE TABLE form_reading (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    form        text        NOT NULL CHECK (form IN ('refusals', 'feedback')),
    source      text        NOT NULL,              -- 'sheet', or the name of the file
    read_at     timestamptz NOT NULL,
    header      text[]      NOT NULL,              -- as it stood
    answers     integer     NOT NULL DEFAULT 0,    -- rows below the header
    problem     text                               -- why nothing was taken; null: it was read
);
CREATE INDEX form_reading_latest ON form_reading (form, id DESC);

-- A Form's answer, remembered: the Sheet shows it again at every reading, and whoever consented anew since stays in.
CREATE TABLE refusal (
    address       text        NOT NULL,            -- folded to lower case
    answered      text        NOT NULL,            -- the instant in UTC, or the Form's words where they are no time
    answered_at   timestamptz,
    first_read_at timestamptz NOT NULL,
    PRIMARY KEY (address, answered)
);

-- Answers that nobody can act on as they stand, such as an address that is none. A person settles them.
CREATE TABLE form_quarantine (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    form          text        NOT NULL CHECK (form IN ('refusals', 'feedback')),
    answer        jsonb       NOT NULL,            -- column -> words
    digest        text        NOT NULL,            -- of the answer: the next reading shows it again
    problem       text        NOT NULL,
    first_read_at timestamptz NOT NULL,
    settled_at    timestamptz,
    settled_how   text,
    UNIQUE (form, digest),
    CHECK ((settled_at IS NULL) = (settled_how IS NULL))
);

CREATE TABLE feedback (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    answered_at   timestamptz NOT NULL,
    course        text        NOT NULL DEFAULT '',
    answers       jsonb       NOT NULL,            -- question -> answer; names and addresses stay in the Sheet
    digest        text        NOT NULL UNIQUE,
    first_read_at timestamptz NOT NULL
);

-- An operator planned or sent although the refusals were not read lately, and why.
CREATE TABLE refusals_override (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    command  text        NOT NULL,
    problem  text        NOT NULL,
    reason   text        NOT NULL,
    said_at  timestamptz NOT NULL
);

-- What a course was sent by an earlier system. A posting that is crawled later is known by board and id, or by its link.
CREATE TABLE sent_before (
    course_id bigint NOT NULL REFERENCES course,
    url       text   NOT NULL,
    board     text,
    board_id  text,
    sent_on   date   NOT NULL,
    PRIMARY KEY (course_id, url),
    CHECK ((board IS NULL) = (board_id IS NULL))
);

-- What an edition passed over, best first, a row for each board and reason: a large market makes no large table,
-- and "why not this one" still has its answer.
CREATE TABLE edition_passed (
    edition_id  bigint   NOT NULL REFERENCES edition ON DELETE CASCADE,
    board       text     NOT NULL,
    reason      text     NOT NULL,
    posting_ids bigint[] NOT NULL,
    PRIMARY KEY (edition_id, board, reason)
);
INSERT INTO edition_passed
    SELECT edition_id, board, reason, array_agg(posting_id ORDER BY posting_id)
    FROM edition_posting JOIN posting ON posting.id = posting_id
    WHERE reason IS NOT NULL GROUP BY edition_id, board, reason;
DELETE FROM edition_posting WHERE position IS NULL;
ALTER TABLE edition_posting DROP COLUMN reason; -- and the check that named it
ALTER TABLE edition_posting ALTER COLUMN position SET NOT NULL;

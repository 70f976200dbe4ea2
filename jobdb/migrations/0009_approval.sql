-- What an edition is before the law, and who let which of its words go out.

ALTER TABLE edition
    ADD COLUMN kind text CHECK (kind IN ('service', 'ad')); -- null: as its track in courses.toml

-- One row for each time that somebody approved an edition; the latest counts, and only for the very words they saw.
CREATE TABLE approval (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    edition_id  bigint      NOT NULL REFERENCES edition,
    digest      text        NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'), -- SHA-256 of the composed mail, names left out
    approved_at timestamptz NOT NULL,
    account     text        NOT NULL               -- of the operating system, that ran the command
);
CREATE INDEX approval_latest ON approval (edition_id, id DESC);

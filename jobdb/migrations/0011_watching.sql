-- The year without hands: what was run when, and what was wrong from when to when.

-- One row for each run of a scheduled job. A job that is due and has no row never ran.
CREATE TABLE job_run (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job        text        NOT NULL,               -- its key in ops/schedule.toml
    run_id     text        NOT NULL UNIQUE,        -- stands in the logs of everything that the run started
    due_at     timestamptz,                        -- the planned instant; null: started by hand
    started_at timestamptz NOT NULL,
    ended_at   timestamptz,
    exit_code  integer,
    detail     text        NOT NULL DEFAULT '',    -- the last words of what failed; no address
    CHECK ((ended_at IS NULL) = (exit_code IS NULL))
);
CREATE INDEX job_run_latest ON job_run (job, started_at DESC);

-- One row for each thing that was wrong, from its first sighting to its end: one alert, one all-clear.
CREATE TABLE incident (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind       text        NOT NULL,               -- crawl, slot, job, unknown, bounces …
    subject    text        NOT NULL,               -- which board, slot, job
    detail     text        NOT NULL,               -- in words that a manager understands; no address
    opened_at  timestamptz NOT NULL,
    told_at    timestamptz,                        -- when the alert had gone out
    closed_at  timestamptz,
    cleared_at timestamptz                         -- when the all-clear had gone out
);
CREATE UNIQUE INDEX incident_open ON incident (kind, subject) WHERE closed_at IS NULL;

-- Which scheduled run a crawl belonged to.
ALTER TABLE crawl ADD COLUMN run_id text;
-- … and a sender.
ALTER TABLE sender ADD COLUMN run_id text;

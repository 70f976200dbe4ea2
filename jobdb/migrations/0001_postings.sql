-- Everything a board showed, and what was kept of it. Times are timestamptz; programs show them in KST.

-- One row for each posting that a list has shown, kept or dropped: which are new, which changed,
-- which have vanished, and (for trying other keywords) what was dropped.
CREATE TABLE sighting (
    board       text        NOT NULL,
    board_id    text        NOT NULL,
    title       text        NOT NULL,
    company     text        NOT NULL,
    card_hash   text        NOT NULL,              -- of the card's words: a change opens the posting again
    outcome     text        NOT NULL,              -- 'stored', or the reason for dropping it
    first_seen  timestamptz NOT NULL,
    last_seen   timestamptz NOT NULL,
    PRIMARY KEY (board, board_id)
);

CREATE TABLE posting (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    board           text        NOT NULL,
    board_id        text        NOT NULL,
    url             text        NOT NULL,
    title           text        NOT NULL,
    company         text        NOT NULL,
    company_key     text        NOT NULL,
    deadline_kind   text        NOT NULL,
    deadline_at     timestamptz,
    career_kind     text        NOT NULL,
    career_min      integer,
    career_max      integer,
    education       text        NOT NULL,
    employment      text[]      NOT NULL,
    regions         jsonb       NOT NULL,          -- [[sido, sigungu|null], …]
    remote          boolean     NOT NULL,
    posted_on       date,
    pay             text        NOT NULL,
    skills          text[]      NOT NULL,
    body            text        NOT NULL,
    image_only      boolean     NOT NULL,
    raw             jsonb       NOT NULL,          -- the board's own words
    first_seen      timestamptz NOT NULL,
    last_seen       timestamptz NOT NULL,
    unlisted_at     timestamptz,                   -- a full crawl no longer found it on any list
    closed_at       timestamptz,
    closed_reason   text,
    UNIQUE (board, board_id),
    CHECK ((deadline_kind = 'dated') = (deadline_at IS NOT NULL)),
    CHECK ((closed_at IS NULL) = (closed_reason IS NULL))
);
CREATE INDEX posting_open ON posting (deadline_at) WHERE closed_at IS NULL;

CREATE TABLE posting_track (
    posting_id  bigint NOT NULL REFERENCES posting ON DELETE CASCADE,
    track       text   NOT NULL,
    words       text[] NOT NULL,                   -- the keywords that matched
    PRIMARY KEY (posting_id, track)
);
CREATE INDEX posting_track_by_track ON posting_track (track);

-- One row for each run of a spider; written at its start, so that a killed crawl shows as one without an end.
CREATE TABLE crawl (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    spider      text        NOT NULL,
    made_up     boolean     NOT NULL,              -- read from the sandbox; one database never holds both kinds
    started_at  timestamptz NOT NULL,
    finished_at timestamptz,
    requests    integer     NOT NULL DEFAULT 0,
    listed      integer     NOT NULL DEFAULT 0,    -- cards read on lists
    stored      integer     NOT NULL DEFAULT 0,    -- new or changed postings written
    dropped     jsonb       NOT NULL DEFAULT '{}', -- reason -> count
    unknown     jsonb       NOT NULL DEFAULT '{}', -- field -> {wording -> count}
    failures    jsonb       NOT NULL DEFAULT '{}', -- cause -> count of pages that could not be read
    filled      jsonb       NOT NULL DEFAULT '{}', -- field -> count of stored postings that have it
    verdict     text        CHECK (verdict IN ('ok', 'suspect', 'failed')),
    cause       text
);
CREATE INDEX crawl_latest ON crawl (spider, started_at DESC);

-- What the board said when a posting was opened again.
CREATE TABLE link_check (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    posting_id  bigint      NOT NULL REFERENCES posting ON DELETE CASCADE,
    state       text        NOT NULL CHECK (state IN ('open', 'closed', 'unknown')),
    evidence    text        NOT NULL,
    checked_at  timestamptz NOT NULL
);
CREATE INDEX link_check_latest ON link_check (posting_id, checked_at DESC);

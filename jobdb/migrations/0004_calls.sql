-- Calls to official APIs that allow so many a day, counted across runs. The day is Korea's.
CREATE TABLE api_call (
    api    text    NOT NULL,                       -- the host that was asked
    day    date    NOT NULL,
    calls  integer NOT NULL CHECK (calls > 0),
    PRIMARY KEY (api, day)
);

-- Which of a board's ways a crawl read ('' where it has but one). Ways list and fill differently, so a crawl is
-- compared with earlier ones of its own way alone.
ALTER TABLE crawl ADD COLUMN source text NOT NULL DEFAULT '';

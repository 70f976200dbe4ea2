-- What a track held at a slot: its courses pass most of it over for the same reasons, so it is kept once for all of them,
-- and of an edition only what is its own.
CREATE TABLE market (
    id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    track text        NOT NULL,
    slot  timestamptz NOT NULL
);
CREATE TABLE market_passed (
    market_id   bigint   NOT NULL REFERENCES market ON DELETE CASCADE,
    board       text     NOT NULL,
    reason      text     NOT NULL,                 -- of every edition that neither carries it nor has a reason of its own
    posting_ids bigint[] NOT NULL,                 -- best first
    PRIMARY KEY (market_id, board, reason)
);
ALTER TABLE edition ADD COLUMN market_id bigint REFERENCES market; -- null: nothing was chosen, or before there were markets
ALTER TABLE edition_passed ADD COLUMN held integer; -- how many postings
UPDATE edition_passed SET held = cardinality(posting_ids);
ALTER TABLE edition_passed ALTER COLUMN held SET NOT NULL;
-- null: those of the market that the edition neither carries nor passes over for a reason of its own
ALTER TABLE edition_passed ALTER COLUMN posting_ids DROP NOT NULL;

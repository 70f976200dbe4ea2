-- Addresses that are not to be mailed, and why. A row is never deleted: it is lifted, by a person's new consent or by time.
CREATE TABLE suppression (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    address    text        NOT NULL,               -- folded to lower case
    reason     text        NOT NULL CHECK (reason IN
               ('form', 'one_click', 'page', 'manual', 'complaint', 'bounce', 'provider', 'mailbox_full')),
    detail     text        NOT NULL DEFAULT '',    -- the provider's words, the row of the form; no address
    since      timestamptz NOT NULL,
    until      timestamptz,                        -- null: until it is lifted
    lifted_at  timestamptz,
    lifted_why text,
    CHECK ((lifted_at IS NULL) = (lifted_why IS NULL))
);
-- One standing row for each address and reason: telling it again changes nothing.
CREATE UNIQUE INDEX suppression_standing ON suppression (address, reason) WHERE lifted_at IS NULL;

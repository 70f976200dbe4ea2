-- What came back of a mail: SES's notices and the hits on the tracking endpoint, in one vocabulary.

-- One row for each thing that happened, however often and in whatever order it was told. No address, no name, no IP.
CREATE TABLE mail_event (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    digest      bytea       NOT NULL UNIQUE,       -- SHA-256 of what makes it the same happening when it is told again
    kind        text        NOT NULL CHECK (kind IN (
                'send', 'delivery', 'delivery_delay', 'bounce', 'complaint', 'reject', 'rendering_failure',
                'subscription', 'open', 'click', 'unsubscribe')),
    source      text        NOT NULL CHECK (source IN ('ses', 'endpoint')),
    delivery_id uuid REFERENCES delivery,          -- null: it belongs to no mail of ours, and is shown
    message_id  text,                              -- the provider's
    occurred_at timestamptz NOT NULL,              -- as the provider or the endpoint says
    received_at timestamptz NOT NULL,              -- when it was stored here
    reader      text CHECK (reader IN ('human', 'machine', 'unknown')), -- of open and click
    reader_why  text,                              -- the rule that says so: apple_mpp, gmail_proxy, scanner, too_soon …
    link        text CHECK (link IN ('posting', 'survey', 'unsubscribe', 'more', 'other')), -- of click
    posting_id  bigint REFERENCES posting,         -- of a click on a posting of that very mail
    detail      jsonb       NOT NULL DEFAULT '{}', -- bounce type and subtype, complaint type, how unsubscribed …
    CHECK ((reader IS NOT NULL) = (kind IN ('open', 'click'))),
    CHECK ((link IS NOT NULL) = (kind = 'click'))
);
CREATE INDEX mail_event_delivery ON mail_event (delivery_id, kind);
CREATE INDEX mail_event_unmatched ON mail_event (id) WHERE delivery_id IS NULL;

-- What arrived and could not be read as an event at all: kept as it came, addresses masked, and shown.
CREATE TABLE unread_event (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    digest      bytea       NOT NULL UNIQUE,       -- of the whole text: a repeat changes nothing
    problem     text        NOT NULL,
    body        text        NOT NULL,
    received_at timestamptz NOT NULL
);

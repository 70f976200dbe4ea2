-- Sending: which state a delivery may go to from which, who is sending, how fast, and whether this database is still
-- the one that the mails went out from.

ALTER TABLE delivery DROP CONSTRAINT delivery_state_check;
ALTER TABLE delivery ADD CONSTRAINT delivery_state_check CHECK (state IN (
    'planned', 'ready', 'sending', 'accepted', 'delivered', 'bounced_hard', 'complained',
    'skipped', 'held', 'failed', 'unknown', 'abandoned'));

-- The one place that knows the moves; the trigger below holds everybody to them, psql too.
CREATE TABLE delivery_move (
    from_state text NOT NULL,
    to_state   text NOT NULL,
    because    text NOT NULL,
    PRIMARY KEY (from_state, to_state)
);
INSERT INTO delivery_move VALUES
    ('planned', 'ready', 'its edition was checked'),
    ('planned', 'skipped', 'its edition was refused or cancelled'),
    ('planned', 'unknown', 'the database was restored: it may have been sent after the backup'),
    ('ready', 'sending', 'a sender claimed it'),
    ('ready', 'skipped', 'looked at again inside the claim'),
    ('ready', 'held', 'its slot is too long ago, or the breaker tripped'),
    ('ready', 'failed', 'its mail cannot be composed'),
    ('ready', 'accepted', 'an event proves an earlier attempt'),
    ('ready', 'unknown', 'the database was restored'),
    ('held', 'ready', 'somebody said why it may go'),
    ('held', 'skipped', 'its edition was cancelled'),
    ('held', 'accepted', 'an event proves an earlier attempt'),
    ('held', 'unknown', 'the database was restored'),
    ('sending', 'accepted', 'the provider took it'),
    ('sending', 'ready', 'proven unsent'),
    ('sending', 'failed', 'refused for good, or tried too often'),
    ('sending', 'unknown', 'nobody can tell, or its sender died'),
    ('unknown', 'accepted', 'an event with its id, or an operator says so'),
    ('unknown', 'ready', 'proven unsent, or an operator says resend'),
    ('unknown', 'failed', 'its sender lived after all and was refused for good'),
    ('unknown', 'abandoned', 'an operator gives it up'),
    ('abandoned', 'accepted', 'an event with its id'),
    ('accepted', 'delivered', 'an event'),
    ('accepted', 'bounced_hard', 'an event'),
    ('accepted', 'complained', 'an event'),
    ('delivered', 'bounced_hard', 'an event'),
    ('delivered', 'complained', 'an event'),
    ('bounced_hard', 'complained', 'an event');

CREATE FUNCTION refuse_illegal_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM delivery_move WHERE from_state = OLD.state AND to_state = NEW.state) THEN
        RAISE EXCEPTION 'a delivery may not go from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER delivery_moves BEFORE UPDATE OF state ON delivery FOR EACH ROW
    WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION refuse_illegal_move();

-- Planning anew forgets deliveries; those that somebody tried to send are never forgotten.
CREATE FUNCTION refuse_to_forget() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a delivery that is % may not be deleted', OLD.state USING ERRCODE = 'check_violation';
END
$$;
CREATE TRIGGER delivery_stays BEFORE DELETE ON delivery FOR EACH ROW
    WHEN (OLD.state NOT IN ('planned', 'ready', 'skipped', 'held')) EXECUTE FUNCTION refuse_to_forget();

CREATE INDEX delivery_unknown ON delivery (edition_id) WHERE state = 'unknown';
CREATE INDEX delivery_harm ON delivery (edition_id) WHERE state IN ('bounced_hard', 'complained');

-- A paused edition keeps its state: nothing of it is claimed until it is resumed.
ALTER TABLE edition
    ADD COLUMN paused_at  timestamptz,
    ADD COLUMN paused_why text,
    ADD COLUMN resumed_at timestamptz,             -- the breaker counts what came after this
    ADD CONSTRAINT edition_paused CHECK ((paused_at IS NULL) = (paused_why IS NULL));
ALTER TABLE edition DROP CONSTRAINT edition_state_check;
ALTER TABLE edition ADD CONSTRAINT edition_state_check
    CHECK (state IN ('planned', 'checked', 'sending', 'sent', 'refused', 'cancelled'));

-- One row for each connection that sends. It holds an advisory lock on its id while it lives: the server lets go of the
-- lock when the connection dies, and what that sender left half done is known at once.
CREATE TABLE sender (
    id         integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    host       text        NOT NULL,
    pid        integer     NOT NULL,
    started_at timestamptz NOT NULL
);
ALTER TABLE attempt
    ADD COLUMN sender_id  integer REFERENCES sender,
    ADD COLUMN message_id text,                    -- the provider's
    ADD CONSTRAINT attempt_outcome CHECK (outcome IN ('accepted', 'not_sent', 'failed', 'unknown', 'died'));
CREATE INDEX attempt_open ON attempt (sender_id) WHERE ended_at IS NULL;

-- What all senders of one way out share: when the next mail may leave, and how often the provider said "too fast".
CREATE TABLE sending_rate (
    way        text PRIMARY KEY,
    free_at    timestamptz NOT NULL,
    halvings   integer     NOT NULL DEFAULT 0,
    refused_at timestamptz
);

-- Which server and database the mails went out from. A restored database differs from what stands here, and mails that
-- were sent after its backup look unsent in it: nothing is sent until an operator adopts it.
CREATE TABLE home (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    server     text        NOT NULL,
    since      timestamptz NOT NULL DEFAULT now(),
    why        text        NOT NULL,
    left_at    timestamptz
);
-- The cluster's own number and timeline (a promoted replica has a new one), and two numbers that a dump cannot carry over.
CREATE FUNCTION this_server() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT concat_ws('/', (SELECT system_identifier FROM pg_control_system()),
                          (SELECT timeline_id FROM pg_control_checkpoint()),
                          (SELECT oid FROM pg_database WHERE datname = current_database()), 'home'::regclass::oid)
$$;
CREATE FUNCTION settle_in() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO home (server, why)
    SELECT this_server(), 'the first edition' WHERE NOT EXISTS (SELECT FROM home);
    RETURN NULL;
END
$$;
CREATE TRIGGER edition_home AFTER INSERT ON edition FOR EACH STATEMENT EXECUTE FUNCTION settle_in();
INSERT INTO home (server, why) SELECT this_server(), 'migration' WHERE EXISTS (SELECT FROM edition);

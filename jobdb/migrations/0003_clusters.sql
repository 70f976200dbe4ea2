-- The same posting on several boards, or twice on one. A cluster's id is the smallest id of its postings, and every
-- posting is in one from its first moment: readers ask cluster_id and need no outer join.
ALTER TABLE posting ADD COLUMN cluster_id bigint;
-- When its cluster was last looked for; null: it is new, or what clusters go by has changed.
ALTER TABLE posting ADD COLUMN clustered_at timestamptz;
UPDATE posting SET cluster_id = id;
ALTER TABLE posting ALTER COLUMN cluster_id SET NOT NULL;
CREATE INDEX posting_cluster ON posting (cluster_id);
CREATE INDEX posting_unclustered ON posting (id) WHERE clustered_at IS NULL;

CREATE FUNCTION begin_cluster() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.cluster_id := coalesce(NEW.cluster_id, NEW.id);
    RETURN NEW;
END $$;
CREATE TRIGGER posting_begins_cluster BEFORE INSERT ON posting FOR EACH ROW EXECUTE FUNCTION begin_cluster();

CREATE FUNCTION leave_cluster_unsure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.clustered_at := NULL;
    RETURN NEW;
END $$;
CREATE TRIGGER posting_changes_cluster BEFORE UPDATE ON posting FOR EACH ROW
    WHEN ((OLD.title, OLD.company, OLD.regions, OLD.employment, OLD.career_kind, OLD.career_min, OLD.career_max,
           OLD.deadline_kind, OLD.deadline_at)
        IS DISTINCT FROM
          (NEW.title, NEW.company, NEW.regions, NEW.employment, NEW.career_kind, NEW.career_min, NEW.career_max,
           NEW.deadline_kind, NEW.deadline_at))
    EXECUTE FUNCTION leave_cluster_unsure();

-- Postings that may be one share a key, so that a crawl compares its new postings with few others. A key is the digest of
-- a name of the company and the core of the title: titles may be longer than an index takes.
CREATE TABLE cluster_key (
    posting_id  bigint NOT NULL REFERENCES posting ON DELETE CASCADE,
    key         uuid   NOT NULL,
    PRIMARY KEY (posting_id, key)
);
CREATE INDEX cluster_key_by_key ON cluster_key (key);

-- A person's word on two postings, which beats the rules for ever. 'different': posting_id was taken out of other_id's
-- cluster and follows no rule any more.
CREATE TABLE cluster_verdict (
    posting_id  bigint      NOT NULL REFERENCES posting ON DELETE CASCADE,
    other_id    bigint      NOT NULL REFERENCES posting ON DELETE CASCADE,
    verdict     text        NOT NULL CHECK (verdict IN ('same', 'different')),
    said_by     text        NOT NULL,
    said_at     timestamptz NOT NULL,
    CHECK (posting_id <> other_id)
);
CREATE UNIQUE INDEX cluster_verdict_pair ON cluster_verdict
    (least(posting_id, other_id), greatest(posting_id, other_id));
CREATE INDEX cluster_verdict_posting ON cluster_verdict (posting_id);
CREATE INDEX cluster_verdict_other ON cluster_verdict (other_id);

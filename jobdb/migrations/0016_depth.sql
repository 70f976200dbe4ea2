-- Whether a crawl walked past cards that it knew: its board's first one, one that was asked to, or one after a crawl that
-- did not come to its end. It lists many times as many cards as others, so each is compared with its like.
ALTER TABLE crawl ADD COLUMN deep boolean NOT NULL DEFAULT false;
UPDATE crawl SET deep = true WHERE verdict = 'ok' AND NOT dropped ? 'known';

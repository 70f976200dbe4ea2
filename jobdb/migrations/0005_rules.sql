-- Which keyword rules a crawl matched with: after an edit, what earlier crawls kept and dropped is judged anew.
ALTER TABLE crawl ADD COLUMN rules text NOT NULL DEFAULT '';

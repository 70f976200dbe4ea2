-- Figures are told by domain, and whoever reads them need not see an address.
ALTER TABLE delivery ADD COLUMN domain text
    GENERATED ALWAYS AS (reverse(split_part(reverse(address), '@', 1))) STORED;

"""What the spider of Wanted is made of: where its postings are found (sources), and how one is read (page)."""

"""What the spider of 고용24 is made of: its search pages (website), and its Open API for companies (openapi)."""

"""Health claims that are permitted in the European Union, and how far an ad's own words go beyond them."""

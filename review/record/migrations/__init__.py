"""Steps from one version of the tables to the next. A released step is never edited."""

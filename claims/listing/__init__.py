"""Rows of lists: everything a page of fifty shows, in a number of queries that does not depend on the page."""

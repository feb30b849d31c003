"""Every write to what was said and what we make of it: keyword-only, `by` for the person, one transaction each."""

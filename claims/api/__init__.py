"""Step 7: what partners pull. Reads released documents only; refuses in problem documents (RFC 9457)."""

"""Proof that bytes are those we held then: where they lie, manifests, time-stamps, exports, and the check of it all."""

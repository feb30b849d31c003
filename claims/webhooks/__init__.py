"""Telling partners of changes without being asked: messages are made from the stream of changes, signed, and sent."""

"""The same child with the refusal of sockets switched off: shows what the refusal is for."""

from sources.capture import child
from tests.sources.child_that_tells import work

if __name__ == "__main__":
    child.main(work, may_connect=True)

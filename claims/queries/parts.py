"""Something long, told in parts that are numbered from 1."""


class Part:
    """Part ``number`` of ``of``; the ways to the one before and the one after."""

    number: int
    of: int

    @property
    def previous(self) -> int:
        """The number of the part before, 0 for none."""
        return self.number - 1

    @property
    def next(self) -> int:
        """The number of the part after, 0 for none."""
        return self.number + 1 if self.number < self.of else 0

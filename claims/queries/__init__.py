"""Reading that spans models: the ledger, who has answered, positions, ranges, origins. All from what one may see."""

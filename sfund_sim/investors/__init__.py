"""Floor 2: how investors decide: what makes an LP sell, what a buyer bids; pure functions of arrays."""

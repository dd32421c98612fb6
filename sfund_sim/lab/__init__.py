"""One mechanism of the market alone, many times and fast, and held against theory."""

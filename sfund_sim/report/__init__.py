"""Floor 7: words in English and Chinese, figures (table in, Figure out), the report page and the terminal summary."""

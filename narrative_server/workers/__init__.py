"""Worker processes that host one model each."""

"""Cases: rows, versions, review cycle, reports, calls, gaps, and who is told of a late answer."""

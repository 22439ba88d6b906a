"""Units of work on threads of their own, and the library in memory kept in step with the store."""

"""Questions between rounds: queued, agreed to by whoever asked, posted, answered in the thread."""

"""Questions for which stewards look for a person, who of them does, and until when."""

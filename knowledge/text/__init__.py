"""Words, sentences, languages, passages and their vectors, near duplicates."""

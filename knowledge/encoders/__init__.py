"""knowledge.encoders."""

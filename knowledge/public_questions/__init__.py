"""Questions posted to channels, where each stands, and the answers below them."""

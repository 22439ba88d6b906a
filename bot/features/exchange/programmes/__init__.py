"""Who exchanges, how often, where, by which rules; and whom stewards keep apart."""

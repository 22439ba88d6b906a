"""What members do in the exchange: join, pause, leave, skip, say whether they met."""

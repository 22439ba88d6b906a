"""bot.features.exchange.participation."""

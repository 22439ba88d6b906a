"""bot.features.exchange.rounds."""

"""bot.features.exchange.programmes."""

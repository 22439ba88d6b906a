"""bot.features.exchange.prompts."""

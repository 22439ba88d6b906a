"""bot.features.postcards."""

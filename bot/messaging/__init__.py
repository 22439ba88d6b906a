"""bot.messaging."""

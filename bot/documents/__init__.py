"""bot.documents."""

"""bot.features.briefs."""

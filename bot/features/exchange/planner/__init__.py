"""bot.features.exchange.planner."""

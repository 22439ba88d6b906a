"""Cases that came from conversations: the proposal, who is quoted how, each one's yes."""

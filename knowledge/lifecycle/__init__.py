"""What ends, moves or goes in every package when a member or a question does."""

"""Times proposed in a conversation, pressed, agreed, and given as a file for the calendar."""

"""Members: who they are, what they agreed to, and how what is held about them goes."""

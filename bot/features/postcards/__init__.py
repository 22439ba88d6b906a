"""Three lines that two people keep of what they learnt, and whether it was tried."""

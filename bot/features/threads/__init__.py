"""Answers in the thread of a post, whichever feature posted it.

`collector` listens in channels: it keeps what is written below a post, follows what its author
changes or removes, and brings it to whoever asked. A feature says of its own posts how they are
found, what it accepts below them, and how an answer reads for its asker.
"""

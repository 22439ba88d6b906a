"""A question posted to the channels of the other community, and the answers below it.

`posting` shows the very post first; `thread_answers` brings what is written below it to whoever
asked; `resolution` redraws every post when it is solved, closed or taken back.
"""

"""A question posted to the channels of the other community, and the answers below it.

`facts` reads what is known, `next_step` decides. `posting` shows the very post first;
`thread_answers` says what is accepted below it and how whoever asked reads it; `resolution` redraws
every post when it is solved, closed or taken back.
"""

"""A question and its answer: cases, people, and how sure either is.

`service` checks the text, has it encoded, looks it up on the search thread and keeps question and
matches in one unit of work. `answer` is what was found, `reasons` why somebody is named,
`excerpts` the sentences that answer, `next_steps` where the question can go on to, `replies` the
words.
"""

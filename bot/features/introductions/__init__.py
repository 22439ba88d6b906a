"""From a question to a person: one expert at a time, in private, with consent on both sides.

`request` shows the asker the very words before anything goes out; `queue` decides the next step
without any I/O (propose, remind, let expire, end) and `workflow` takes it in one unit; `answer`
takes what the expert says; `connection` opens the conversation of two who agreed; `disclosure`
says how much of each the other sees.
"""

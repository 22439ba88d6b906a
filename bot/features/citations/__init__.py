"""From a conversation to a case: sentences chosen, agreed to, attributed, published.

`service` proposes, `quotes` chooses sentences, `source_conversation` finds the talk, `publication`
says in the unit that publishes whose words they are, as each of the two agrees at that moment.
PROPOSED > APPROVED by the author > QUEUED once everybody quoted has answered; or REFUSED.
"""

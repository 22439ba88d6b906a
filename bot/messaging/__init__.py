"""What comes in is claimed once and done once; what goes out is written first and sent afterwards.

`inbox` stands before the dispatcher: a row per act, done in the unit that writes what it causes.
`outbox` writes messages to where a member reads; `sender` sends them, looks before it sends
again, and gives up with a reason that stewards see. `serialization` makes JSON of the contract.
"""

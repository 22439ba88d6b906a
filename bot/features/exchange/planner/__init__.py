"""The best groups of a round, from plain numbers: the same problem gives the same plan.

`participants` and `constraints` say who may meet, `utility` what a meeting is worth, `plan`
chooses the way: whole-number programmes for small rounds, assignment or matching for large ones.
docs/pairing.md has the objective, level by level; `explanations` says why two were put together.
"""

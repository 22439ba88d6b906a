"""Matching in memory: words and meaning, weighed for each question, and how sure an answer is.

`index` holds published cases and members' evidence in step with the store; `search` ranks;
`reference` takes the language out; `fusion` weighs words against meaning; `confidence` says
strong, related or none; `expert_ranking` ranks people. docs/matching.md has the figures.
"""

"""Find me somebody: stewards look for a person where the library and the search found nobody.

`next_step` decides who looks and until when; `candidates` finds the nearest who can be asked;
`seek` is the asker's side, `desk` the stewards'; `service` puts them together and lets none wait.
"""

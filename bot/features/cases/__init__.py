"""The life of a case: saved, reviewed, read, reported, merged, reviewed again, retired.

`drafts` takes what members save; `review` and `merge` decide; `browse` and `history` show;
`reports` takes what readers find wrong; `review_cycle` asks authors after 90 days; `gaps` groups
what nothing answers; `late_answers` tells whoever asked in vain once a case does.
"""

"""`crosswalk run`.

Every platform, the sender, the small server and the jobs, until told to stop.
"""

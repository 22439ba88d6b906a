"""When people work, and when they work at the same time. Pure.

`working_week` knows one person's days and hours, `overlap` what several share and which times to
propose, `quiet_hours` until when a message waits for its reader's working hours.
"""

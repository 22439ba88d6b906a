"""People brought together: a room of their own, or words carried between platforms.

`service` opens, hears, lists and closes; `relay` carries words, edits and removals; `departures`
lets one go while the others stay; `lost_rooms` goes on where a room is gone; `enclosure` marks the
message that brings the brief. What was said is forgotten 30 days after the end.
"""

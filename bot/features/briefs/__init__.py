"""One page for two people before they meet, as PDF, mail and calendar file.

`service` gathers what each agreed to show (`gather`) and has the page made just before the first
message of a conversation is sent, so nobody waits for it and each further try sends the same
bytes. `brief`, `texts`, `page`, `mail` and `calendar_file` are pure: facts in, files out.
"""

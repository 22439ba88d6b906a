"""What every act passes: from an inbound event to a feature and back.

`dispatcher` recognises who acts, checks who may finds the feature and turns what fails
into a sentence (`errors`, `error_messages`). A feature declares its words and buttons (`handlers`,
`commands`) and its forms (`forms`); `context` is what it gets, `tokens` reads numbers and seals.
"""

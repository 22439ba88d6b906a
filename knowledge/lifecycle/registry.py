"""All that packages hold about people, in one order.

Who is known to others comes before who knows them, the members first: so exports begin with the
person, and an erasure, from the end, takes first what refers to the rest.
"""

from collections.abc import Sequence

from knowledge.brokering import personal_data as brokering
from knowledge.cases import personal_data as cases
from knowledge.citations import personal_data as citations
from knowledge.conversations import personal_data as conversations
from knowledge.database.personal_data import PersonalData
from knowledge.exchange import personal_data as exchange
from knowledge.introductions import personal_data as introductions
from knowledge.members import personal_data as members
from knowledge.messaging import personal_data as messaging
from knowledge.postcards import personal_data as postcards
from knowledge.public_questions import personal_data as public_questions
from knowledge.questions import personal_data as questions
from knowledge.threads import personal_data as threads

HELD: Sequence[PersonalData] = (
    members.HELD,
    questions.HELD,
    postcards.HELD,
    cases.HELD,
    conversations.HELD,
    messaging.HELD,
    threads.HELD,
    introductions.HELD,
    brokering.HELD,
    citations.HELD,
    exchange.HELD,
    public_questions.HELD,
)

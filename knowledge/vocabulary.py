"""The words that code, tables, commands and documents share."""

from enum import StrEnum


class Community(StrEnum):
    """Who somebody works for, by function and never by title."""

    CITY = "CITY"
    NATIONAL = "NATIONAL"
    PARTNER = "PARTNER"

    @property
    def other(self) -> "Community | None":
        """The community across the road; partners belong to neither side."""
        return {Community.CITY: Community.NATIONAL, Community.NATIONAL: Community.CITY}.get(self)


class Level(StrEnum):
    """Level of government; CITY covers every level below the national one."""

    CITY = "city"
    METRO = "metro"
    STATE = "state"
    NATIONAL = "national"


class Topic(StrEnum):
    """What a case is about; filters and expert reasons use these."""

    DATA_SHARING = "data-sharing"
    INTEROPERABILITY = "interoperability"
    GOVERNANCE = "governance"
    VALUE = "value"
    QUALITY = "quality"
    OPEN_DATA = "open-data"
    LEGAL = "legal"
    SKILLS = "skills"
    PRIVACY = "privacy"
    RESOURCES = "resources"
    SENSORS = "sensors"
    GEODATA = "geodata"
    ADMIN_DATA = "admin-data"
    MOBILE_DATA = "mobile-data"
    PRICES = "prices"
    POPULATION = "population"
    CITIZEN_DATA = "citizen-data"
    SMALL_AREAS = "small-areas"
    CRISIS = "crisis"
    AI = "ai"


class Theme(StrEnum):
    """What a prompt for peer exchange is about."""

    ENABLING = "enabling"
    SILOS = "silos"
    VALUE = "value"
    PROBLEM = "problem"


class PopulationBand(StrEnum):
    """How many people live in the place."""

    UNDER_100K = "under-100k"
    FROM_100K = "100k-500k"
    FROM_500K = "500k-2m"
    OVER_2M = "over-2m"


class LegalBasis(StrEnum):
    """What entitles the office to the data it uses."""

    STATUTE = "statute"
    AGREEMENT = "agreement"
    OPEN_DATA = "open-data"
    CONSENT = "consent"
    NONE = "none"


class StaffBand(StrEnum):
    """How many people work on data in the office."""

    FEW = "1-4"
    SOME = "5-19"
    MANY = "20-99"
    HUNDREDS = "100+"


class DataSource(StrEnum):
    """Where the data come from."""

    ADMINISTRATIVE = "administrative"
    SURVEY = "survey"
    SENSOR = "sensor"
    MOBILE = "mobile"
    COMMERCIAL = "commercial"
    CITIZEN = "citizen"
    OPEN = "open"


class MemberStatus(StrEnum):
    """INVITED > UNVERIFIED > ACTIVE > PAUSED | LEFT."""

    INVITED = "INVITED"
    UNVERIFIED = "UNVERIFIED"
    ACTIVE = "ACTIVE"
    PAUSED = "PAUSED"
    LEFT = "LEFT"


class Purpose(StrEnum):
    """What somebody can agree to; each is asked for and withdrawn by itself."""

    BE_EXPERT = "be_expert"
    BE_ASKED = "be_asked"
    BE_PAIRED = "be_paired"
    BE_NAMED = "be_named"
    BE_QUOTED = "be_quoted"


class CaseState(StrEnum):
    """Where a case stands: only PUBLISHED ones answer questions."""

    DRAFT = "DRAFT"
    PUBLISHED = "PUBLISHED"
    REJECTED = "REJECTED"
    RETIRED = "RETIRED"


class ReviewStage(StrEnum):
    """How fresh a published case is: up for review from DUE on, unconfirmed for long from STALE."""

    CURRENT = "CURRENT"
    DUE = "DUE"
    STALE = "STALE"


class EditorKind(StrEnum):
    """Who changed a case, as everybody may know it."""

    STEWARD = "steward"
    IMPORT = "import"


class ChangeKind(StrEnum):
    """What was done to a published case."""

    PUBLISHED = "published"
    EDITED = "edited"
    MERGED = "merged"


class FlagKind(StrEnum):
    """What a member says is the matter with a case."""

    WRONG = "wrong"
    OUTDATED = "outdated"


class CallState(StrEnum):
    """Whether a call for cases still asks."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"


class WhoseWords(StrEnum):
    """Whose words a saved case is in; somebody else's need their agreement or a summary."""

    OWN = "own"
    AGREED = "agreed"
    SUMMARISED = "summarised"


class ChannelState(StrEnum):
    """Whether the bot can be spoken to in a channel: GONE when it was taken out or deleted."""

    PRESENT = "PRESENT"
    ARCHIVED = "ARCHIVED"
    GONE = "GONE"


class Visibility(StrEnum):
    """Who may see that a question was asked."""

    PRIVATE = "PRIVATE"
    PUBLIC = "PUBLIC"


class QuestionState(StrEnum):
    """Where a question stands."""

    OPEN = "OPEN"
    SOLVED = "SOLVED"
    WITHDRAWN = "WITHDRAWN"


class AskerShown(StrEnum):
    """How whoever asked is shown to those who read the question along."""

    NAMED = "NAMED"
    ROLE = "ROLE"
    HIDDEN = "HIDDEN"


class Confidence(StrEnum):
    """How well the library answers a question; NONE means: not in this library yet."""

    STRONG = "strong"
    RELATED = "related"
    NONE = "none"


class PassageKind(StrEnum):
    """What a piece of searchable text is a piece of."""

    TITLE = "TITLE"
    BODY = "BODY"
    PROFILE = "PROFILE"
    OFFER = "OFFER"
    NEED = "NEED"
    ANSWERED = "ANSWERED"  # a question in public that a member's answer solved


class InboxState(StrEnum):
    """Where an act stands: RECEIVED until all that it causes is written, then DONE.

    LOST: it was begun again and again, and never done.
    """

    RECEIVED = "RECEIVED"
    DONE = "DONE"
    LOST = "LOST"


class DeliveryState(StrEnum):
    """Where an outgoing message stands; a DEAD one is never tried again.

    HELD: its reader wants to be left alone for a time, and is told once they are back.
    """

    WAITING = "WAITING"
    HELD = "HELD"
    SENT = "SENT"
    DEAD = "DEAD"


class DeliveryKind(StrEnum):
    """What the sender does: post a message, change or remove one, or open a group."""

    POST = "POST"
    UPDATE = "UPDATE"
    DELETE = "DELETE"
    OPEN = "OPEN"


class ConversationKind(StrEnum):
    """Why people were brought together."""

    INTRODUCTION = "INTRODUCTION"
    PAIRING = "PAIRING"


class ConversationState(StrEnum):
    """OPENING until there is a room, then OPEN until somebody closes it."""

    OPENING = "OPENING"
    OPEN = "OPEN"
    CLOSED = "CLOSED"


class ProposalState(StrEnum):
    """Where the words of a conversation stand that may become a case.

    PROPOSED > APPROVED by their author > QUEUED once all have said how they are quoted; or REFUSED.
    """

    PROPOSED = "PROPOSED"
    APPROVED = "APPROVED"
    QUEUED = "QUEUED"
    REFUSED = "REFUSED"


class CitedPart(StrEnum):
    """Whose part in a cited conversation it is."""

    EXPERT = "EXPERT"
    ASKER = "ASKER"


class PostcardState(StrEnum):
    """WAITING for those who did not write it > APPROVED by all; or DROPPED, which empties it."""

    WAITING = "WAITING"
    APPROVED = "APPROVED"
    DROPPED = "DROPPED"


class Reuse(StrEnum):
    """Whether somebody tried what they learnt: AGREED to be asked > ASKED > what they say."""

    AGREED = "AGREED"
    ASKED = "ASKED"
    TRIED = "TRIED"
    NOT_YET = "NOT_YET"
    WILL_NOT = "WILL_NOT"


class RequestState(StrEnum):
    """Where the request to hand a question to a person stands.

    DRAFT > WAITING > CONNECTED | ENDED | WITHDRAWN; whatever was sent may end CLOSED. ENDED: all
    in the line were asked, and nobody could take it up.
    """

    DRAFT = "DRAFT"
    WAITING = "WAITING"
    CONNECTED = "CONNECTED"
    ENDED = "ENDED"
    WITHDRAWN = "WITHDRAWN"
    CLOSED = "CLOSED"


class BrokeringState(StrEnum):
    """Where a question stands for which stewards look for a person.

    WAITING > PROPOSED (to an expert, as a request) | ANSWERED | NOBODY; WITHDRAWN or CLOSED with
    the question.
    """

    WAITING = "WAITING"
    PROPOSED = "PROPOSED"
    ANSWERED = "ANSWERED"
    NOBODY = "NOBODY"
    WITHDRAWN = "WITHDRAWN"
    CLOSED = "CLOSED"


class IntroductionState(StrEnum):
    """Where one expert's part stands.

    PROPOSED > ACCEPTED > CONNECTED > CLOSED; or DECLINED, EXPIRED, WITHDRAWN.
    """

    PROPOSED = "PROPOSED"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    EXPIRED = "EXPIRED"
    WITHDRAWN = "WITHDRAWN"
    CONNECTED = "CONNECTED"
    CLOSED = "CLOSED"


class Urgency(StrEnum):
    """How soon an answer is needed."""

    DAYS = "DAYS"
    WEEKS = "WEEKS"
    OPEN = "OPEN"


class ContactKind(StrEnum):
    """Why a member was contacted."""

    INTRODUCTION = "INTRODUCTION"
    PAIRING = "PAIRING"
    PROMPT = "PROMPT"  # asked whether a question of theirs may be posted


class PostState(StrEnum):
    """Where a question to the community stands.

    DRAFT > OPEN > SOLVED > CLOSED; whoever asked can close or withdraw it at any time, and post a
    withdrawn one anew.
    """

    DRAFT = "DRAFT"
    OPEN = "OPEN"
    SOLVED = "SOLVED"
    CLOSED = "CLOSED"
    WITHDRAWN = "WITHDRAWN"

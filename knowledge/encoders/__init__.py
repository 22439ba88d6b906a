"""Texts to vectors.

The Encoder protocol, sentence-transformers, the embedded model, its thread.
"""

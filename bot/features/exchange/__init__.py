"""Peer exchange: who meets whom, and when."""

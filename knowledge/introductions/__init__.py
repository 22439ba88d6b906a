"""Requests for an expert and each introduction; who can be asked at all."""

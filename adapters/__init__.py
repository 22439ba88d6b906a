"""Thin platforms: payload to contract, contract to payload."""

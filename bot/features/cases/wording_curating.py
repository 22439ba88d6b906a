"""What members and stewards read about the upkeep of the library."""

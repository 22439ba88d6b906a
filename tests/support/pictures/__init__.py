"""Pictures of what the platforms show, drawn from the payloads that they are sent."""

"""What could not be sent to somebody in private: they are told that it waits, and read it."""

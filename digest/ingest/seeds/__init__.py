"""Files of people's own in, articles out. `disk` reads them; the rest is pure: bytes in, records out."""

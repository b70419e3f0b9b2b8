"""Text in, spans and words out: pure, shared by all stages. Offsets are characters of the text given."""

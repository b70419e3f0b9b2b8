"""Stories in, what an issue tells of them out."""

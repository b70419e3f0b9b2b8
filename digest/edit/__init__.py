"""Stories in, what an issue tells of them out: which, under which id, in which order, under which heading, and why."""

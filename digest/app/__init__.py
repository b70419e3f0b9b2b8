"""The composition root: opens the store, builds the stages, runs them, reports. Only `cli` imports it."""

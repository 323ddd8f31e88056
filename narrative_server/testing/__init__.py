"""A scripted engine and a mock game client for tests, also for other projects'."""

"""Tests of the sandbox, over real HTTP and WebSockets."""

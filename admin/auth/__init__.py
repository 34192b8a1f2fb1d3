"""Signing in, sessions, and the proof that a change was meant by the person who is signed in."""

"""Backups: the database and the documents as of one moment, proven by a restore, kept by a rule."""

from jobs.backup.keeping import keepers
from jobs.backup.making import make
from jobs.backup.manifest import Broken, Manifest, newest, shelf
from jobs.backup.proving import prove
from jobs.backup.restoring import restore

__all__ = ["Broken", "Manifest", "keepers", "make", "newest", "prove", "restore", "shelf"]

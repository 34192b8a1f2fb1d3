"""Workbooks that people bring through the panel: kept as files, read and written by a process of their own."""

from jobs.uploads.folder import EXPORT, KEPT, LARGEST, ROWS, STATEMENT, Phase, Upload, find, make, sweep

__all__ = ["EXPORT", "KEPT", "LARGEST", "ROWS", "STATEMENT", "Phase", "Upload", "find", "make", "sweep"]

"""Hourhand: a self-hosted time-tracking server that speaks the Toggl APIs."""

__version__ = "0.1.0"

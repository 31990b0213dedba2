"""Webhooks on the wire: what is sent to those who subscribed, and how it is signed. Bound to no API."""

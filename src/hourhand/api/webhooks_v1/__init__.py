"""The dialect of the Webhooks API v1."""

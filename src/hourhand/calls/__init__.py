"""Safe calls: the one way in which Hourhand calls an address that somebody named.

Nothing in the house but this dials what people typed; a test holds it to that.
"""

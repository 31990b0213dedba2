"""The domain: the nouns of time tracking, their verbs and their rules. No HTTP, no wire format.

A function's first arguments are `tx, actor`. It never commits, sleeps, sends or reads a clock.
"""

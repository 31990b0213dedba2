"""Tests of requests that meet each other, or the end of the server."""

import pytest

# What fails there should tell as much as what fails in a test.
pytest.register_assert_rewrite("tests.races.history", "tests.races.ledger")

"""How much of a server's time a request costs, beside a bare application that answers the same bytes.

`python -m bench` measures and writes `docs/performance.md`; `--quick` measures less and writes nothing.
"""

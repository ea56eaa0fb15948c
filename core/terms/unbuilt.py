"""The clauses that the panel doesn't keep yet, by the issue that builds them.

This list only shrinks: a test fails for a clause that is neither here nor kept and proven, and for one that is here
although it is. When it is empty, delete the file and what reads it.
"""

from collections.abc import Mapping

UNBUILT: Mapping[str, frozenset[str]] = {
    issue: frozenset(clauses.split())
    for issue, clauses in {
        "4 Compute and networks": """
            15-1 16-1
        """,
        "5 Mobile": """
            32-1 32-2 32-3 39-1 39-2
        """,
    }.items()
}


def issue_of(clause: str) -> str:
    """The issue that will build the clause, or "" when the panel has it."""
    return next((issue for issue, clauses in UNBUILT.items() if clause in clauses), "")

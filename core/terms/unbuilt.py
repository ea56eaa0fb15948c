"""The clauses that the panel doesn't keep yet, by the issue that builds them.

This list only shrinks: a test fails for a clause that is neither here nor kept and proven, and for one that is here
although it is. When it is empty, delete the file and what reads it.
"""

from collections.abc import Mapping

UNBUILT: Mapping[str, frozenset[str]] = {
    issue: frozenset(clauses.split())
    for issue, clauses in {
        "4 Compute and networks": """
            12-1 13-1 13-2 14-1 15-1 16-1 18-1 19-1
            20-1 21-1 22-1 23-1 24-1 24-2 24-3 25-1 26-1 27-1
        """,
        "5 Mobile": """
            31-1 31-2 31-3 31-4 32-1 32-2 32-3 33-1 33-2 33-3 34-1 34-2 35-1 36-1 36-2 36-3 37-1 37-2 37-3 38-1 38-2
            39-1 39-2 40-1 41-1 41-2 42-1 42-2 42-3 42-4 43-1 43-2 43-3 43-4 43-5 43-6 44-1 45-1 45-2 46-1 47-1 48-1
            49-1 49-2 50-1 50-2 50-3 50-4 51-1 52-1 52-2 52-3 52-4 52-5 53-1 53-2 54-1 55-1 55-2 55-3 56-1 57-1 57-2
            58-1 59-1 60-1 60-2 61-1 62-1 63-1 63-2 64-1 64-2 65-1 66-1 66-2 66-3 s-2
        """,
    }.items()
}


def issue_of(clause: str) -> str:
    """The issue that will build the clause, or "" when the panel has it."""
    return next((issue for issue, clauses in UNBUILT.items() if clause in clauses), "")

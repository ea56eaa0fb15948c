"""The top of the house: settings, addresses, the schedule, and the engines that `manage.py up` runs.

Importing it loads nothing, so that `manage.py` can use `config.engines` before anything is installed.
"""

"""Watching what a month costs: price alerts, and a budget that orders are held against."""

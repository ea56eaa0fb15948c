"""Each night what the gateway took is compared with our books; every difference is kept and shown to staff."""

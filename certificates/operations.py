"""Index of the app's performers."""

import certificates.orders.operations
import certificates.renewals.operations

PERFORMERS = certificates.orders.operations.PERFORMERS | certificates.renewals.operations.PERFORMERS

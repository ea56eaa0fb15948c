"""Index of the app's part of the APIs: cloud (prices), system (bills), the panel's own."""

from django.urls import path

from accounts.api import Endpoint
from billing.coupons import api as coupons
from billing.estimates.api import charges
from billing.invoices.api import ADDRESSES, invoices
from billing.papers.api import papers
from billing.passports.api import passports
from billing.payments.api import payments
from billing.postings.api import statement
from billing.prices.api import Public, prices

cloud = [*prices.urls, path("public/price.json", Public.serving({"GET": prices.answer_list}))]
system = [path(at, Endpoint.serving({"GET": handler})) for at, handler in (ADDRESSES | coupons.ADDRESSES).items()]
panel = [
    url
    for collection in (invoices, papers, statement, payments, charges, passports, coupons.coupons)
    for url in collection.urls
]

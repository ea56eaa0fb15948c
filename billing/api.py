"""Index of the app's part of the APIs: cloud (prices), system (bills)."""

from django.urls import path

from accounts.api import Endpoint
from billing.coupons import api as coupons
from billing.invoices.api import ADDRESSES
from billing.prices.api import Public, prices

cloud = [*prices.urls, path("public/price.json", Public.serving({"GET": prices.answer_list}))]
system = [path(at, Endpoint.serving({"GET": handler})) for at, handler in (ADDRESSES | coupons.ADDRESSES).items()]

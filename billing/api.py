"""Index of the app's part of the cloud API."""

from django.urls import path

from billing.prices.api import Public, prices

cloud = [*prices.urls, path("public/price.json", Public.serving({"GET": prices.answer_list}))]

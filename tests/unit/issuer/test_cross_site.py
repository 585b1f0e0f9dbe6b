"""Who may change something on a page."""

import pytest

from issuer.pages.cross_site import cross_site

OWN = "https://merkit.example.fi"


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_method_that_changes_nothing_is_never_cross_site(method):
    assert not cross_site(method, {"sec-fetch-site": "cross-site"}, OWN)


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_a_post_from_our_own_page_or_typed_by_hand_passes(site):
    assert not cross_site("POST", {"sec-fetch-site": site}, OWN)


@pytest.mark.parametrize("site", ["cross-site", "same-site", "", "SAME-ORIGIN", "whatever"])
def test_a_post_from_anywhere_else_is_refused(site):
    assert cross_site("POST", {"sec-fetch-site": site, "origin": OWN}, OWN)


def test_without_the_fetch_header_an_equal_origin_passes():
    assert not cross_site("POST", {"origin": OWN}, OWN)


@pytest.mark.parametrize("origin", ["https://evil.example", "http://merkit.example.fi", OWN + ":444", "null", ""])
def test_without_the_fetch_header_another_origin_is_refused(origin):
    assert cross_site("POST", {"origin": origin}, OWN)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "FROBNICATE"])
def test_without_either_header_a_changing_request_is_refused(method):
    assert cross_site(method, {}, OWN)

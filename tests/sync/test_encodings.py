"""An answer is unpacked piece by piece, whatever release of urllib3 is there: what may unpack to anything is not read."""

import gzip
import json

import pytest

from .conftest import counts, rows


def listing(found):
    return json.dumps({"results": found, "pagination": {"next": None, "count": len(found), "num_pages": 1}}).encode()


def packed(body, encoding):
    return lambda handler: handler.send_bytes(body, **{"Content-Type": "application/json", "Content-Encoding": encoding})


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br", "zstd"])
def test_what_was_not_asked_for_is_not_unpacked(sync, stocked, encoding):
    stocked.faults[1] = packed(gzip.compress(gzip.compress(listing(rows(10)))), encoding)
    report = sync("lms")
    assert report.status == "aborted"
    assert f"packed as {encoding}, expected gzip, deflate" in report.message


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "identity"])
def test_what_was_asked_for_is(sync, stocked, encoding):
    body = listing(rows(10))
    stocked.faults[1] = packed(body if encoding == "identity" else gzip.compress(body), encoding)
    assert counts(sync("lms")) == {"unchanged": 10}

"""What is a course run key, what is not, and when two are the same."""

import pytest
from ccx_keys.locator import CCXLocator
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey
from opaque_keys.edx.locator import CourseLocator, LibraryLocator

from openedx_catalog import keys
from openedx_catalog.exceptions import CatalogError, InvalidCatalogKey, InvalidCourseKey

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("value", "text", "parts"),
    [
        ("course-v1:MITx+14.100x+3T2017", "course-v1:MITx+14.100x+3T2017", ("MITx", "14.100x", "3T2017")),
        (" course-v1:MITx+14.100x+3T2017\n", "course-v1:MITx+14.100x+3T2017", ("MITx", "14.100x", "3T2017")),
        ("MITx/14.73x/2013_Spring", "MITx/14.73x/2013_Spring", ("MITx", "14.73x", "2013_Spring")),
        ("edX/Demo%20X/Demo", "edX/Demo%20X/Demo", ("edX", "Demo%20X", "Demo")),
        ("ccx-v1:adam+Mac_APccx+e0d+ccx@3", "ccx-v1:adam+Mac_APccx+e0d+ccx@3", ("adam", "Mac_APccx", "e0d")),
        ("course-v1:E\u0301cole+A+B", "course-v1:\u00c9cole+A+B", ("\u00c9cole", "A", "B")),
        ("course-v1:МФТИ+a:b~c+1", "course-v1:МФТИ+a:b~c+1", ("МФТИ", "a:b~c", "1")),
    ],
)
def test_a_run_key_is_normalised(value, text, parts):
    parsed = keys.parse_course_key(value)
    assert (parsed.text, (parsed.org, parsed.course, parsed.run)) == (text, parts)
    assert str(keys.normalize_course_key(value)) == text
    assert parsed.key_ci == keys.fold(text)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("", "empty"),
        ("NEEDID", "parse"),
        ("MITProfessionalX+SysEngxB2+3T2018", "parse"),
        ("course-v1:MITx+14.100x", "parse"),
        ("course-v1:MITx+14.100x+", "parse"),
        ("a/b/", "run"),
        ("library-v1:A+B", "library"),
        ("library-v1:A+B+x", "library"),
        ("course-v1:A+B+C+branch@draft-branch", "branch"),
        ("course-v1:A+B+C+version@519665f6223ebd6980884f2b", "version"),
        ("course-v1:version@519665f6223ebd6980884f2b", "version"),
        ("course-v1:A+B+C+type@course+block@course", "stored as"),
        ("slashes:a+b+c", "stored as"),
        ("COURSE-V1:A+B+C", "parse"),
        ("course-v1:A%2BB+C+D", "parse"),
        ("course-v1:A+B+C\u200b", "parse"),
        ("course-v1:A+B\x00+C", "parse"),
        ("course-v1:A:B+C+D", "colon"),
        ("course-v1:A+B+" + "C" * 129, "128"),
        ("course-v1:A+" + "B" * 250 + "+C", "255"),
        ("course-v1:A+" + "ß" * 130 + "+C", "lower case"),
        ("course-v1:A+B+\ud800", "parse"),
        (5, "int"),
        (b"course-v1:A+B+C", "bytes"),
        (None, "NoneType"),
        (LibraryLocator("A", "B"), "library"),
        (CourseLocator(version_guid="519665f6223ebd6980884f2b"), "version only"),
    ],
)
def test_anything_else_is_refused_with_value_and_reason(value, reason):
    with pytest.raises(InvalidCourseKey, match=reason) as caught:
        keys.normalize_course_key(value)
    assert caught.value.code == "invalid_course_key"
    assert isinstance(caught.value, CatalogError)
    assert isinstance(caught.value, ValidationError)
    assert isinstance(caught.value, InvalidKeyError)
    assert caught.value.messages


def test_a_course_key_loses_branch_and_version():
    key = CourseLocator("MITx", "14.100x", "3T2017", branch="published-branch")
    assert str(keys.normalize_course_key(key)) == "course-v1:MITx+14.100x+3T2017"
    ccx = CCXLocator(org="A", course="B", run="C", ccx="7", branch="draft-branch")
    assert str(keys.normalize_course_key(ccx)) == "ccx-v1:A+B+C+ccx@7"


@settings(deadline=None)
@given(st.text(alphabet="aZé+/:@.-~%_ \u0301ßcourse-v1:cx", max_size=60) | st.text(max_size=20))
def test_the_fast_path_accepts_exactly_what_opaque_keys_round_trips(part):
    for text in (part, f"course-v1:A+{part}+C", f"Org/{part}/Run", f"ccx-v1:A+B+{part}+ccx@1"):
        try:
            parsed = keys.parse_course_key(text)
        except InvalidCourseKey:
            continue
        key = CourseKey.from_string(parsed.text)
        assert str(key) == parsed.text
        assert (key.org, key.course, key.run) == (parsed.org, parsed.course, parsed.run)
        assert key.is_course
        assert keys.parse_course_key(key) == parsed


@pytest.mark.parametrize(
    ("value", "org", "code"),
    [
        ("catalog-course:MITx:14.100x", "MITx", "14.100x"),
        ("MITx+14.100x", "MITx", "14.100x"),
        ("catalog-course:MITx:a:b", "MITx", "a:b"),
    ],
)
def test_catalog_keys_come_in_two_forms(value, org, code):
    assert keys.parse_catalog_key(value) == (org, code)


@pytest.mark.parametrize(
    "value", ["", "evil", "catalog-course:x", "catalog-course::x", "A+", "A+B+C", "a:b+c", "A+B C", None, 7]
)
def test_other_catalog_keys_are_refused(value):
    with pytest.raises(InvalidCatalogKey) as caught:
        keys.parse_catalog_key(value)
    assert caught.value.code == "invalid_catalog_key"

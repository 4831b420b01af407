"""Why something is in a plan or out of it: the rules themselves, asked of what is stored now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.utils import timezone
from django.utils.translation import gettext as _
from opaque_keys.edx.keys import CourseKey

from openedx_catalog.api import get_course_run
from openedx_catalog.api.for_contrib import CourseName, course_named
from openedx_catalog.exceptions import InvalidRequest
from openedx_catalog.keys import format_key_str
from openedx_catalog.models_api import CatalogCourse, CourseRun

from ..data import Explanation, Reason
from ..models import CourseChoice, IncludedCourse, IncludedCourseRun, IncludedProgram, SubscribedOrganization, SubscriptionPlan
from . import _rules
from .choices import DEFAULT_PLAN
from .plans import PlanName, plan_named
from .refreshing import PROGRAMS, owners_of

MAX_NAMED = 20


def explain_run(course_key: CourseKey | CourseRun | str, *, plan: PlanName = DEFAULT_PLAN) -> Explanation:
    """
    Whether a plan includes a run, and every reason why not, those of its course first. At most nine queries.

    Raises CourseRun.DoesNotExist, InvalidCourseKey, SubscriptionPlan.DoesNotExist, InvalidValue.
    """
    run = course_key if isinstance(course_key, CourseRun) else get_course_run(course_key)
    asked, schedule = plan_named(plan), getattr(run, "schedule", None)
    course = _course_is_out(run.catalog_course, asked)
    key_str, pacing = run.catalog_course.key_str, schedule.pacing if schedule is not None else ""
    own = _rules.run_is_out(course_is_in=not course, course=key_str, pacing=pacing or "")
    why = course + [each for each in own if each.code != _rules.COURSE_NOT_INCLUDED]
    stored = IncludedCourseRun.objects.filter(plan=asked, run=run).exists()
    return _explanation(asked, str(run.course_key), why, stored)


def explain_course(catalog_course: CourseName, *, plan: PlanName = DEFAULT_PLAN) -> Explanation:
    """
    The same of a course. At most seven queries.

    Raises CatalogCourse.DoesNotExist, InvalidCatalogKey, InvalidRequest, SubscriptionPlan.DoesNotExist, InvalidValue.
    """
    course, asked = course_named(catalog_course), plan_named(plan)
    stored = IncludedCourse.objects.filter(plan=asked, catalog_course=course).exists()
    return _explanation(asked, course.key_str, _course_is_out(course, asked), stored)


def explain_program(program: Any, *, plan: PlanName = DEFAULT_PLAN) -> Explanation:
    """
    The same of a program, an object or a uuid. A course is a reason as the lists have it, so ask again after a refresh.

    At most nine queries, and one for each level of nested programs. Raises Program.DoesNotExist, InvalidUUID,
    SubscriptionPlan.DoesNotExist, InvalidValue; InvalidRequest where contrib.programs is not installed.
    """
    if not apps.is_installed(PROGRAMS):
        raise InvalidRequest(reason=_("Programs are not installed here."), field="program")
    from openedx_catalog.contrib.programs.api import courses_of_programs, get_program
    from openedx_catalog.contrib.programs.models_api import Program

    found = get_program(getattr(program, "uuid", program))
    asked, deleted = plan_named(plan), found.status == Program.Status.DELETED
    courses = courses_of_programs([], [found.pk], timezone.now())[found.pk]
    inside = set(
        IncludedCourse.objects.filter(plan=asked, catalog_course__in=courses).values_list("catalog_course_id", flat=True)
    )
    rows = CatalogCourse.objects.filter(pk__in=courses - inside).order_by("org__short_name", "course_code_ci", "pk")
    out = [format_key_str(*row) for row in rows.values_list("org__short_name", "course_code")]
    why = _rules.program_is_out(found.type.slug, deleted=deleted, courses=len(courses), courses_out=out)
    stored = IncludedProgram.objects.filter(plan=asked, program_uuid=found.uuid).exists()
    return _explanation(asked, str(found.uuid), why, stored)


def _course_is_out(course: CatalogCourse, plan: SubscriptionPlan) -> list[_rules.WhyNot]:
    owners = list(dict.fromkeys([course.org.short_name, *owners_of([course.pk]).get(course.pk, ())]))
    rows = SubscribedOrganization.objects.filter(plan=plan, organization__short_name__in=owners)
    subscribed = set(rows.values_list("organization__short_name", flat=True))
    choice = CourseChoice.objects.filter(plan=plan, catalog_course=course).values_list("included", flat=True).first()
    return _rules.course_is_out(owners, subscribed, choice)


def _explanation(plan: SubscriptionPlan, subject: str, why: Sequence[_rules.WhyNot], stored: bool) -> Explanation:
    return Explanation(plan.slug, subject, not why, [Reason(each.code, each.subjects, _in_words(each)) for each in why], stored)


def _in_words(why: _rules.WhyNot) -> str:
    names = ", ".join(why.subjects[:MAX_NAMED])
    if len(why.subjects) > MAX_NAMED:
        names = _("%(names)s and %(more)d more") % {"names": names, "more": len(why.subjects) - MAX_NAMED}
    texts = {
        _rules.NOT_SUBSCRIBED: _("These organizations take no part in the plan: %(names)s."),
        _rules.LEFT_OUT: _("Somebody has left the course out of the plan."),
        _rules.COURSE_NOT_INCLUDED: _("The plan does not include these courses: %(names)s."),
        _rules.PACING: _("The plan includes no runs of this pacing: %(names)s."),
        _rules.TYPE: _("The plan includes no programs of this type: %(names)s."),
        _rules.DELETED: _("The program is deleted."),
        _rules.NO_COURSES: _("The program has no courses now."),
    }
    return texts[why.code] % {"names": names or _("none is set")}

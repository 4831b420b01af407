"""Why something is in a plan or out of it: the rules themselves, asked of what is stored now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import QuerySet
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
from .plans import PlanName, get_subscription_plans, plan_named
from .refreshing import PROGRAMS, owners_of

MAX_NAMED = 20
Plans = Sequence[SubscriptionPlan]


class Standing(NamedTuple):
    """
    What is to be said of something in a plan; `since` is when lists began to have it, None where they do not, and `choice` what
    somebody has decided about a course.
    """

    plan: SubscriptionPlan
    explanation: Explanation
    since: datetime | None
    choice: CourseChoice | None = None


def explain_run(course_key: CourseKey | CourseRun | str, *, plan: PlanName = DEFAULT_PLAN) -> Explanation:
    """
    Whether a plan includes a run, and every reason why not, those of its course first. At most nine queries.

    Raises CourseRun.DoesNotExist, InvalidCourseKey, SubscriptionPlan.DoesNotExist, InvalidValue.
    """
    run = course_key if isinstance(course_key, CourseRun) else get_course_run(course_key)
    return _of_run(run, [plan_named(plan)])[0].explanation


def explain_course(catalog_course: CourseName, *, plan: PlanName = DEFAULT_PLAN) -> Explanation:
    """
    The same of a course. At most seven queries.

    Raises CatalogCourse.DoesNotExist, InvalidCatalogKey, InvalidRequest, SubscriptionPlan.DoesNotExist, InvalidValue.
    """
    return _of_course(course_named(catalog_course), [plan_named(plan)])[0].explanation


def explain_program(program: Any, *, plan: PlanName = DEFAULT_PLAN) -> Explanation:
    """
    The same of a program, an object or a uuid. A course is a reason as the lists have it, so ask again after a refresh.

    At most nine queries, and one for each level of nested programs. Raises Program.DoesNotExist, InvalidUUID,
    SubscriptionPlan.DoesNotExist, InvalidValue; InvalidRequest where contrib.programs is not installed.
    """
    if not apps.is_installed(PROGRAMS):
        raise InvalidRequest(reason=_("Programs are not installed here."), field="program")
    from openedx_catalog.contrib.programs.api import get_program

    return _of_program(get_program(getattr(program, "uuid", program)), [plan_named(plan)])[0].explanation


def explain_in_each_plan(row: Any) -> list[Standing]:
    """
    The same of a catalog course, a run or a program (objects) for all plans, the oldest first, and since when lists have it:
    as many queries as for one plan, however many there are.
    """
    plans = list(get_subscription_plans())
    if isinstance(row, CourseRun):
        return _of_run(row, plans)
    return (_of_course if isinstance(row, CatalogCourse) else _of_program)(row, plans)


def _of_run(run: CourseRun, plans: Plans) -> list[Standing]:
    schedule, course = getattr(run, "schedule", None), run.catalog_course
    out = _course_is_out(course, plans, _choices(course, plans))
    pacing = (schedule.pacing if schedule is not None else "") or ""
    why = {
        pk: [*of_course, *_rules.run_is_out(course_is_in=not of_course, course=course.key_str, pacing=pacing)]
        for pk, of_course in out.items()
    }
    return _standings(plans, str(run.course_key), why, IncludedCourseRun.objects.filter(run=run))


def _of_course(course: CatalogCourse, plans: Plans) -> list[Standing]:
    stored, choices = IncludedCourse.objects.filter(catalog_course=course), _choices(course, plans)
    found = _standings(plans, course.key_str, _course_is_out(course, plans, choices), stored)
    return [standing._replace(choice=choices.get(standing.plan.pk)) for standing in found]


def _of_program(found: Any, plans: Plans) -> list[Standing]:
    from openedx_catalog.contrib.programs.api import courses_of_programs

    deleted = found.status == type(found).Status.DELETED
    courses = courses_of_programs([], [found.pk], timezone.now())[found.pk]
    inside: dict[int, set[int]] = {plan.pk: set() for plan in plans}
    included = IncludedCourse.objects.filter(plan__in=plans, catalog_course__in=courses)
    for pk, course in included.values_list("plan_id", "catalog_course_id"):
        inside[pk].add(course)
    outside = set().union(*(courses - each for each in inside.values()))
    rows = CatalogCourse.objects.filter(pk__in=outside).order_by("org__short_name", "course_code_ci", "pk")
    names = {pk: format_key_str(*key) for pk, *key in rows.values_list("pk", "org__short_name", "course_code")}
    why = {}
    for plan in plans:
        out = [name for pk, name in names.items() if pk not in inside[plan.pk]]
        why[plan.pk] = _rules.program_is_out(found.type.slug, deleted=deleted, courses=len(courses), courses_out=out)
    return _standings(plans, str(found.uuid), why, IncludedProgram.objects.filter(program_uuid=found.uuid))


def _choices(course: CatalogCourse, plans: Plans) -> dict[int, CourseChoice]:
    return {row.plan_id: row for row in CourseChoice.objects.filter(plan__in=plans, catalog_course=course)}


def _course_is_out(course: CatalogCourse, plans: Plans, choices: Mapping[int, CourseChoice]) -> dict[int, list[_rules.WhyNot]]:
    owners = list(dict.fromkeys([course.org.short_name, *owners_of([course.pk]).get(course.pk, ())]))
    subscribed: dict[int, set[str]] = {plan.pk: set() for plan in plans}
    rows = SubscribedOrganization.objects.filter(plan__in=plans, organization__short_name__in=owners)
    for pk, code in rows.values_list("plan_id", "organization__short_name"):
        subscribed[pk].add(code)
    included = {pk: choice.included for pk, choice in choices.items()}
    return {plan.pk: _rules.course_is_out(owners, subscribed[plan.pk], included.get(plan.pk)) for plan in plans}


def _standings(plans: Plans, subject: str, why: Mapping[int, Sequence[_rules.WhyNot]], stored: QuerySet[Any]) -> list[Standing]:
    since = dict(stored.filter(plan__in=plans).values_list("plan_id", "since"))
    found = []
    for plan in plans:
        reasons = [Reason(each.code, each.subjects, _in_words(each)) for each in why[plan.pk]]
        explanation = Explanation(plan.slug, subject, not reasons, reasons, plan.pk in since)
        found.append(Standing(plan, explanation, since.get(plan.pk)))
    return found


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

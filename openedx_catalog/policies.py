"""
Policies that a host may replace by a dotted path in its settings. The one so far: what the dates of a run mean.

Other services answer "can I enroll?" in a property, in a queryset and in SQL, and differently in each. Here every form of an
answer is made from one list of conditions.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import and_, or_
from typing import Any, ClassVar, NamedTuple

from django.db.models import Case, CharField, Min, Q, QuerySet, Value, When
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from . import conf
from .data import SCHEDULE_DATES
from .exceptions import InvalidRequest
from .lib.texts import shorten
from .lib.unset import UNSET
from .lib.values import parse_datetime

ARCHIVED, CURRENT, STARTING_SOON, UPCOMING = "archived", "current", "starting_soon", "upcoming"
STATUSES = (ARCHIVED, CURRENT, STARTING_SOON, UPCOMING)
_END_OF_TIME = datetime.max.replace(tzinfo=UTC)


class DateCondition(NamedTuple):
    """
    Whether a date of a schedule has passed, or not, at an instant moved by `ahead`; `missing` is the answer without a date.

    A date has passed from its very instant on.
    """

    field: str
    passed: bool
    missing: bool = False
    ahead: timedelta = timedelta(0)

    def holds(self, schedule: Any, at: datetime) -> bool:
        """The answer for an object with the four dates, or for None. Raises InvalidDate for what is no instant."""
        moment = getattr(schedule, self.field, None)
        moment = None if moment is UNSET else parse_datetime(moment, self.field)
        return self.missing if moment is None else (moment <= self._limit(at)) is self.passed

    def where(self, at: datetime, prefix: str) -> Q:
        """The same as a filter; `prefix` leads to the schedule: ``schedule__`` from a run."""
        dated = Q(**{f"{prefix}{self.field}__{'lte' if self.passed else 'gt'}": self._limit(at)})
        return dated | Q(**{f"{prefix}{self.field}__isnull": True}) if self.missing else dated

    def later(self, at: datetime) -> Q:
        """The filter for dates that have not passed at an instant."""
        return Q(**{f"{self.field}__gt": self._limit(at)})

    def opposite(self) -> DateCondition:
        """The condition that holds where this one does not, without a date too."""
        return self._replace(passed=not self.passed, missing=not self.missing)

    def _limit(self, at: datetime) -> datetime:
        return at + self.ahead if at < _END_OF_TIME - self.ahead else _END_OF_TIME


Conditions = Sequence[DateCondition]
_NOT_ENDED = DateCondition("end", passed=False, missing=True)


class DateWindow:
    """
    What the dates of a run mean: its status, and whether learners can enroll. The default policy.

    A run is ``archived`` from its end on; else ``current`` from its start on; else ``starting_soon`` from 60 days before its
    start on; else ``upcoming``, also where it has no start. It is enrollable while it has not ended, and enrollment has
    begun (or has no beginning) and has not ended (or has no end). Windows include their first instant, and not their last.
    A run without a schedule is upcoming, and enrollable. A run whose content was deleted upstream is never enrollable, whatever
    its dates.

    `status` and `is_enrollable` take a run, or an object with the four dates (a schedule), or None for a run without one; a run
    costs a query for what was not read along with it. The filters are about dates alone: `CourseRunQuerySet` adds the rest.

    To change it, subclass it, override `soon`, `statuses` or `enrollable`, and name the class in OPENEDX_CATALOG_DATE_WINDOW.
    """

    soon: ClassVar[timedelta] = timedelta(days=60)
    enrollable: ClassVar[Conditions] = (
        _NOT_ENDED,
        DateCondition("enrollment_start", passed=True, missing=True),
        DateCondition("enrollment_end", passed=False, missing=True),
    )

    def statuses(self) -> dict[str, Conditions]:
        """What must hold for each status. For any dates and instant all conditions of exactly one must hold."""
        begins_soon = DateCondition("start", passed=True, ahead=self.soon)
        return {
            ARCHIVED: (DateCondition("end", passed=True),),
            CURRENT: (_NOT_ENDED, DateCondition("start", passed=True)),
            STARTING_SOON: (_NOT_ENDED, DateCondition("start", passed=False), begins_soon),
            UPCOMING: (_NOT_ENDED, begins_soon._replace(passed=False, missing=True)),
        }

    def status(self, run: Any, at: datetime) -> str:
        """One of STATUSES. Raises InvalidRequest for what is neither a run nor a schedule, and InvalidDate."""
        schedule, moment = _schedule_of(run), _instant(at)
        return next(name for name, conditions in self.statuses().items() if _all_hold(conditions, schedule, moment))

    def is_enrollable(self, run: Any, at: datetime) -> bool:
        """Whether learners can enroll. Raises as `status`."""
        return _all_hold(self.enrollable, _schedule_of(run), _instant(at)) and getattr(run, "withdrawal", None) is None

    def where_status(self, status: str, at: datetime, prefix: str = "schedule__") -> Q:
        """`status` as a filter. Raises InvalidRequest for what is not one."""
        statuses = self.statuses()
        if not isinstance(status, str) or status not in statuses:
            facts = {"status": shorten(status, 60), "names": ", ".join(statuses)}
            reason = _("There is no status %(status)r. Choose one of: %(names)s.") % facts
            raise InvalidRequest(reason=reason, field="status")
        return _where(statuses[status], at, prefix)

    def where_enrollable(self, at: datetime, prefix: str = "schedule__") -> Q:
        """`is_enrollable` as a filter."""
        return _where(self.enrollable, at, prefix)

    def where_not_enrollable(self, at: datetime, prefix: str = "schedule__") -> Q:
        """The opposite of `where_enrollable`, made of opposite conditions: `NOT IN` takes minutes of a large catalog."""
        return reduce(or_, (condition.opposite().where(at, prefix) for condition in self.enrollable))

    def status_expression(self, at: datetime, prefix: str = "schedule__") -> Case:
        """`status` as an SQL expression, to annotate, order or count by."""
        cases = [When(_where(conditions, at, prefix), then=Value(name)) for name, conditions in self.statuses().items()]
        return Case(*cases, output_field=CharField())

    def next_change(self, schedules: QuerySet[Any], at: datetime) -> datetime | None:
        """The first instant after this one from which the status of one of these may be another; None for never. One query."""
        dates = {(each.field, each.ahead): each for conditions in self.statuses().values() for each in conditions}
        passing = {f"date_{index}": Min(each.field, filter=each.later(at)) for index, each in enumerate(dates.values())}
        first = zip(schedules.aggregate(**passing).values(), dates.values(), strict=True)
        return min((moment - each.ahead for moment, each in first if moment is not None), default=None)


def date_window() -> DateWindow:
    """The policy that OPENEDX_CATALOG_DATE_WINDOW names. Raises ImportError; check E006 says so first."""
    return import_string(conf.date_window_path())()


def _schedule_of(given: Any) -> Any:
    """The schedule of a run, or the schedule that is given: taken for the other, each would have no dates at all."""
    if hasattr(type(given), "schedule"):
        return getattr(given, "schedule", None)
    if given is None or all(hasattr(given, name) for name in SCHEDULE_DATES):
        return given
    reason = _("Expected a course run or a schedule, got %(type)s.") % {"type": type(given).__name__}
    raise InvalidRequest(reason=reason)


def _instant(at: Any) -> datetime:
    moment = parse_datetime(at, "at")
    if moment is None:
        raise InvalidRequest(reason=_("Say for which instant the dates are asked."), field="at")
    return moment


def _all_hold(conditions: Conditions, schedule: Any, at: datetime) -> bool:
    return all(condition.holds(schedule, at) for condition in conditions)


def _where(conditions: Conditions, at: datetime, prefix: str) -> Q:
    return reduce(and_, (condition.where(at, prefix) for condition in conditions))

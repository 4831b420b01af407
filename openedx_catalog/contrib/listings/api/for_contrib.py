"""What apps that stand on listings need of their API besides what is public."""

from .given import CourseTexts
from .listings import check_effort
from .owners import owners_of_courses
from .texts import hours_of_courses
from .values import checked_course

__all__ = ["CourseTexts", "check_effort", "checked_course", "hours_of_courses", "owners_of_courses"]

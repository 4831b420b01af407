"""Programs in the admin: lists, forms, and the builder of curricula. Changes go through `api`."""

from . import curriculum, deadline, degree, external_course_key, group, naming, program  # noqa: F401

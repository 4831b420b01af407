"""Users with a name for learners to read."""

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """Django's, and one column."""

    full_name = models.CharField(max_length=255, blank=True)

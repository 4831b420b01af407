"""Timelines are made of: `finding` who is meant, the `steps` of its histories, the `names` of then, `telling` what happened."""

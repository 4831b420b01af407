"""Pages on which editors and reviewers work, in the look of the public ones. They need no admin, and no script."""

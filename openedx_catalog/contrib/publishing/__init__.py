"""Publishing: working copies of what learners read, their review, who edits them, and comments."""

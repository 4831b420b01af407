"""Skills: what learners learn in courses and programs, who says so, and which of it is wrong (seed 003)."""

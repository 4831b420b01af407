"""The public pages: what learners see of courses and programs, rendered on the server."""

"""contrib.programs, beside the core and nothing else of ours."""

"""A model of users that is the host's own, as most services of Open edX have one; its label sorts behind ours."""

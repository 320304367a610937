"""What an accepted proposal becomes: agreement, mentoring sessions, what is learned and used, and the report."""

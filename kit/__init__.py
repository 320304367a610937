"""What every service is built from; nothing in here knows mentoring."""

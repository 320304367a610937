"""The profile service: organizations, people, competencies, strengths and growth areas."""

"""What is measured: functions that prepare, measure once in this process, and say what came out."""

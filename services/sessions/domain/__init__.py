"""The rules: functions of values, without await, clock or ids made inside."""

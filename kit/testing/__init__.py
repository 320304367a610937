"""What tests share: real applications over real Postgres, callers with real tokens, a clock that stands still."""

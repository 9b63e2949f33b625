"""Conflicts: both values, who wrote them and when; keep either or write your own."""

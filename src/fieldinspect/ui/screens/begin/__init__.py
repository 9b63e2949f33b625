"""Start an inspection or join one."""

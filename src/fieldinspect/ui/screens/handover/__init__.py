"""After a vault was made or recovered: its recovery code, and who else can open it."""

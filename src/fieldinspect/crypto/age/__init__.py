"""The age v1 file format: headers, recipients and the encrypted payload (C2SP age.md)."""

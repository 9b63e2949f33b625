"""The visit summary as it will be printed."""

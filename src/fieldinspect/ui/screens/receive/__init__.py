"""Receive: open a bundle and say plainly what came in."""

"""Adapters between plain values and Qt's item views; they know nothing of widgets."""

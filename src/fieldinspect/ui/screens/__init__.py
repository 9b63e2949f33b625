"""The screens: each a view that knows Qt and a presenter that does not; none knows another."""

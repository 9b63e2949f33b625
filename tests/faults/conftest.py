from tests.team import door, make_vault, team

__all__ = ["door", "make_vault", "team"]

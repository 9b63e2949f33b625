from tests.kept_team import _made, kept, post, reopen, visit
from tests.team import door, make_vault, team

__all__ = ["_made", "door", "kept", "make_vault", "post", "reopen", "team", "visit"]

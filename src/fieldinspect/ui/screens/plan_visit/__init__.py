"""One planned visit: where, when, who; cancelled with a reason; a permission in spite of a conflict of interest."""

"""The tests of the vault's rules, run once more with one party on PostgreSQL (fixtures of this folder's conftest).

Left out are those that search for words or type a draft: nobody does either there.
"""

from tests.store.test_erasure import (
    erased,
    test_a_confirmation_that_a_revocation_takes_away_no_longer_holds_back_what_others_have,
    test_an_erased_record_is_never_written_again,
    test_unfinished_typing_and_attachments_go_too,
    test_what_is_written_later_is_kept_aside_and_comes_back_nowhere,
)
from tests.store.test_roster import (
    test_a_roster_that_changes_nobody_judges_nothing_again,
)
from tests.store.test_standing import (
    inspection,
    test_a_branch_that_a_thief_grew_before_the_revocation_does_not_count,
    test_a_concern_for_somebody_at_risk_counts_whoever_raises_it,
    test_an_inspector_returns_no_record_and_settles_no_second_reading,
    test_nobody_conflicted_takes_a_visit_out_of_its_force,
    test_nobody_sets_their_own_conflict_aside,
    test_nobody_withdraws_a_concern,
    test_what_was_written_after_somebodys_time_does_not_count,
)

__all__ = [
    "erased",
    "inspection",
    "test_a_branch_that_a_thief_grew_before_the_revocation_does_not_count",
    "test_a_concern_for_somebody_at_risk_counts_whoever_raises_it",
    "test_a_confirmation_that_a_revocation_takes_away_no_longer_holds_back_what_others_have",
    "test_a_roster_that_changes_nobody_judges_nothing_again",
    "test_an_erased_record_is_never_written_again",
    "test_an_inspector_returns_no_record_and_settles_no_second_reading",
    "test_nobody_conflicted_takes_a_visit_out_of_its_force",
    "test_nobody_sets_their_own_conflict_aside",
    "test_nobody_withdraws_a_concern",
    "test_unfinished_typing_and_attachments_go_too",
    "test_what_is_written_later_is_kept_aside_and_comes_back_nowhere",
    "test_what_was_written_after_somebodys_time_does_not_count",
]

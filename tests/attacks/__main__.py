"""Print the rows of docs/attacks.md."""

from tests.attacks.catalogue import catalogue, row

for one in catalogue().values():
    print(row(one))

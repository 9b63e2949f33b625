"""One measured figure beside its reference, as `make bench` prints it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """A value, and what it is held against; both were measured in the same run."""

    name: str
    value: float
    unit: str
    reference: str
    """What the reference is: "aim", "bare PySide6 window", "age command" ..."""
    reference_value: float
    ratio: float
    """Value to reference, or what the aim is stated in; nan where there is none."""

    def line(self) -> str:
        """Return name, value, unit, reference, reference value and ratio, tab-separated."""
        numbers = f"{self.value:.5g}", f"{self.reference_value:.5g}", f"{self.ratio:.3g}"
        return "\t".join([self.name, numbers[0], self.unit, self.reference, numbers[1], numbers[2]])

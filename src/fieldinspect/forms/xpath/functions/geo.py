"""Points, traces and shapes on the WGS 84 sphere."""

import math
from itertools import pairwise

from fieldinspect.forms.xpath.functions.registry import plain
from fieldinspect.forms.xpath.values import NAN, Value, strings, to_string

_RADIUS = 6_378_100.0  # metres: the figure the ODK tools share, so that their results and ours agree
Point = tuple[float, float]


def _points(values: tuple[Value, ...]) -> list[Point] | None:
    found: list[Point] = []
    for text in (one for value in values for one in strings(value)):
        for part in text.split(";"):
            if not part.strip():
                continue
            point = _point(part)
            if point is None:
                return None
            found.append(point)
    return found


def _point(text: str) -> Point | None:
    try:
        latitude, longitude = (float(one) for one in text.split()[:2])
    except ValueError:
        return None
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


@plain("distance", 1, None)
def distance(*values: Value) -> float:
    """Return the length in metres of the line through the points of one trace or of several values."""
    points = _points(values)
    if points is None or len(points) < 2:
        return NAN if points is None else 0.0
    return round(sum(_between(one, other) for one, other in pairwise(points)), 2)


def _between(one: Point, other: Point) -> float:
    from_latitude, to_latitude = math.radians(one[0]), math.radians(other[0])
    apart = math.radians(other[1] - one[1])
    cosine = math.sin(from_latitude) * math.sin(to_latitude) + math.cos(from_latitude) * math.cos(
        to_latitude
    ) * math.cos(apart)
    return math.acos(max(-1.0, min(1.0, cosine))) * _RADIUS


@plain("area", 1, None)
@plain("enclosed-area", 1, None)
def area(*values: Value) -> float:
    """Return the area in square metres enclosed by the points."""
    points = _points(values)
    if points is None:
        return 0.0
    if len(points) < 3:
        return 0.0
    closed = [*points, points[0]]
    total = sum(
        math.radians(after[1] - before[1])
        * (2 + math.sin(math.radians(before[0])) + math.sin(math.radians(after[0])))
        for before, after in pairwise(closed)
    )
    return round(abs(total * _RADIUS * _RADIUS / 2), 2)


@plain("geofence", 2, 2)
def geofence(point: Value, shape: Value) -> bool:
    """Tell whether a point lies within a closed shape."""
    inside = _point(to_string(point))
    corners = _points((to_string(shape),))
    if inside is None or not corners or len(corners) < 4 or corners[0] != corners[-1]:
        return False
    latitude, longitude = inside
    crossings = 0
    for (a, b), (c, d) in pairwise(corners):
        if (b > longitude) != (d > longitude) and latitude < (c - a) * (longitude - b) / (d - b) + a:
            crossings += 1
    return crossings % 2 == 1


@plain("intersects", 1, 1)
def intersects(value: Value) -> bool:
    """Tell whether a trace or the outline of a shape crosses itself."""
    points = _points((value,)) or []
    sides = list(pairwise(points))
    return any(
        _cross(sides[first], sides[second])
        for second in range(len(sides))
        for first in range(second - 1)
        if sides[first][0] != sides[second][1]  # the first and last side of a closed shape meet
    )


def _cross(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    return (_turn(*one, other[0]) > 0) != (_turn(*one, other[1]) > 0) and (_turn(*other, one[0]) > 0) != (
        _turn(*other, one[1]) > 0
    )


def _turn(a: Point, b: Point, c: Point) -> float:
    """Return which side of the line from a to b the point c is on, by its sign."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

"""Sorting in the order Go's `sort` leaves: it shows where equal elements, or an odd `less`, are sorted.

`sort.Sort` is not stable: which of two equal elements comes first follows from the steps it takes (a
pattern-defeating quicksort). Lists in place, by `less(one, other)`; what is compared is elements, not places.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    T = TypeVar("T")
    Less = Callable[[T, T], bool]

_INSERTION = 12
_BLOCK = 20
_NINTHER = 50
_MOST_SWAPS = 12
_SHIFTS = 5
_WORD = (1 << 64) - 1


def sort(items: list[T], less: Less[T]) -> None:
    """Sort in place as `sort.Sort` and `sort.Slice` do."""
    _Quick(items, less).sort(0, len(items), len(items).bit_length())


def stable(items: list[T], less: Less[T]) -> None:
    """Sort in place as `sort.Stable` and `sort.SliceStable` do: insertion in blocks, then merging them."""
    count, size = len(items), _BLOCK
    for start in range(0, count, size):
        _insert(items, less, start, min(start + size, count))
    while size < count:
        for start in range(0, count - size, 2 * size):
            _merge(items, less, start, start + size, min(start + 2 * size, count))
        size *= 2


def _insert(items: list[T], less: Less[T], start: int, end: int) -> None:
    for place in range(start + 1, end):
        while place > start and less(items[place], items[place - 1]):
            items[place - 1], items[place] = items[place], items[place - 1]
            place -= 1


def _merge(items: list[T], less: Less[T], start: int, middle: int, end: int) -> None:
    """Merge two sorted neighbours (Kim and Kutzner's SymMerge)."""
    if middle - start == 1:
        low, high = middle, end
        while low < high:
            half = (low + high) // 2
            if less(items[half], items[start]):
                low = half + 1
            else:
                high = half
        items[start:low] = [*items[start + 1 : low], items[start]]
        return
    if end - middle == 1:
        low, high = start, middle
        while low < high:
            half = (low + high) // 2
            if less(items[middle], items[half]):
                high = half
            else:
                low = half + 1
        items[low : middle + 1] = [items[middle], *items[low:middle]]
        return
    centre = (start + end) // 2
    both = centre + middle
    low, high = (both - end, centre) if middle > centre else (start, middle)
    while low < high:
        half = (low + high) // 2
        if less(items[both - 1 - half], items[half]):
            high = half
        else:
            low = half + 1
    last = both - low
    if low < middle < last:
        items[low:last] = [*items[middle:last], *items[low:middle]]
    if start < low < centre:
        _merge(items, less, start, low, centre)
    if centre < last < end:
        _merge(items, less, centre, last, end)


class _Quick:
    """Pattern-defeating quicksort of a list, by places."""

    def __init__(self, items: list[T], less: Less[T]) -> None:
        self._items: list[T] = items
        self._less: Less[T] = less

    def _before(self, one: int, other: int) -> bool:
        return self._less(self._items[one], self._items[other])

    def _swap(self, one: int, other: int) -> None:
        items = self._items
        items[one], items[other] = items[other], items[one]

    def sort(self, start: int, end: int, patience: int) -> None:
        """Sort a range; after `patience` bad pivots, by heap."""
        balanced = partitioned = True
        while end - start > _INSERTION:
            if patience == 0:
                self._heap(start, end)
                return
            if not balanced:
                self._scatter(start, end)
                patience -= 1
            pivot, swaps = self._pivot(start, end)
            if swaps == _MOST_SWAPS:
                self._items[start:end] = self._items[start:end][::-1]
                pivot, swaps = (end - 1) - (pivot - start), 0
            if balanced and partitioned and swaps == 0 and self._nearly_sorted(start, end):
                return
            if start > 0 and not self._before(start - 1, pivot):
                start = self._part_equal(start, end, pivot)
                continue
            middle, partitioned = self._part(start, end, pivot)
            left, right, least = middle - start, end - middle, (end - start) // 8
            if left < right:
                balanced = left >= least
                self.sort(start, middle, patience)
                start = middle + 1
            else:
                balanced = right >= least
                self.sort(middle + 1, end, patience)
                end = middle
        _insert(self._items, self._less, start, end)

    def _part(self, start: int, end: int, pivot: int) -> tuple[int, bool]:
        """Put what is below the pivot before it; return its place, and whether all was so already."""
        before = self._before
        self._swap(start, pivot)
        low, high = start + 1, end - 1
        untouched = True
        while True:
            while low <= high and before(low, start):
                low += 1
            while low <= high and not before(high, start):
                high -= 1
            if low > high:
                self._swap(high, start)
                return high, untouched
            untouched = False
            self._swap(low, high)
            low, high = low + 1, high - 1

    def _part_equal(self, start: int, end: int, pivot: int) -> int:
        """Put what equals the pivot, the least of all, first; return where the rest begins."""
        before = self._before
        self._swap(start, pivot)
        low, high = start + 1, end - 1
        while True:
            while low <= high and not before(start, low):
                low += 1
            while low <= high and before(start, high):
                high -= 1
            if low > high:
                return low
            self._swap(low, high)
            low, high = low + 1, high - 1

    def _nearly_sorted(self, start: int, end: int) -> bool:
        """Mend few neighbours out of order; return whether that was all."""
        before = self._before
        place = start + 1
        for _ in range(_SHIFTS):
            while place < end and not before(place, place - 1):
                place += 1
            if place == end:
                return True
            if end - start < _NINTHER:
                return False
            self._swap(place, place - 1)
            if place - start >= 2:
                for at in range(place - 1, 0, -1):
                    if not before(at, at - 1):
                        break
                    self._swap(at, at - 1)
            if end - place >= 2:
                for at in range(place + 1, end):
                    if not before(at, at - 1):
                        break
                    self._swap(at, at - 1)
        return False

    def _scatter(self, start: int, end: int) -> None:
        """Break patterns that lead to bad pivots, the same way at each run."""
        length = end - start
        state, mask = length, (1 << length.bit_length()) - 1
        centre = start + length // 4 * 2
        for place in (centre - 1, centre, centre + 1):
            state ^= state << 13 & _WORD
            state ^= state >> 7
            state ^= state << 17 & _WORD
            other = state & mask
            self._swap(place, start + (other - length if other >= length else other))

    def _pivot(self, start: int, end: int) -> tuple[int, int]:
        """Return a pivot's place, and how many swaps finding the median would have taken."""
        quarter = (end - start) // 4
        swaps = 0

        def median(one: int, two: int, three: int) -> int:
            nonlocal swaps
            if self._before(two, one):
                one, two, swaps = two, one, swaps + 1
            if self._before(three, two):
                two, three, swaps = three, two, swaps + 1
            if self._before(two, one):
                one, two, swaps = two, one, swaps + 1
            return two

        places = [start + quarter, start + quarter * 2, start + quarter * 3]
        if end - start >= _NINTHER:
            places = [median(place - 1, place, place + 1) for place in places]
        return median(*places), swaps

    def _heap(self, start: int, end: int) -> None:
        length = end - start
        for root in range((length - 1) // 2, -1, -1):
            self._sift(root, length, start)
        for last in range(length - 1, -1, -1):
            self._swap(start, start + last)
            self._sift(0, last, start)

    def _sift(self, root: int, length: int, first: int) -> None:
        while (child := 2 * root + 1) < length:
            if child + 1 < length and self._before(first + child, first + child + 1):
                child += 1
            if not self._before(first + root, first + child):
                return
            self._swap(first + root, first + child)
            root = child

//! Sets of numbers as sorted, disjoint intervals. Bounds are inclusive, because the last IPv6 address has no successor.

use std::collections::BTreeMap;

/// A set that is built once and looked up often.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Intervals {
    /// Sorted; between two there is at least one number that is in neither.
    ranges: Vec<(u128, u128)>,
    /// How many numbers lie before each interval.
    before: Vec<u128>,
    count: u128,
}

impl Intervals {
    /// The union of the intervals, in any order; those whose end lies before their start are empty.
    pub(super) fn new(mut ranges: Vec<(u128, u128)>) -> Self {
        ranges.retain(|(start, end)| start <= end);
        ranges.sort_unstable();
        let mut merged: Vec<(u128, u128)> = Vec::with_capacity(ranges.len());
        for (start, end) in ranges {
            match merged.last_mut() {
                Some(last) if start <= last.1.saturating_add(1) => last.1 = last.1.max(end),
                _ => merged.push((start, end)),
            }
        }
        Self::from_sorted(merged)
    }

    fn from_sorted(ranges: Vec<(u128, u128)>) -> Self {
        let mut count: u128 = 0;
        let mut before = Vec::with_capacity(ranges.len());
        for (start, end) in &ranges {
            before.push(count);
            // Only the whole of IPv6 has more numbers than fit.
            count = count.saturating_add((end - start).saturating_add(1));
        }
        Self {
            ranges,
            before,
            count,
        }
    }

    /// The intervals, in order.
    pub(super) fn ranges(&self) -> &[(u128, u128)] {
        &self.ranges
    }

    /// How many numbers are in it.
    pub(super) fn count(&self) -> u128 {
        self.count
    }

    pub(super) fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    pub(super) fn contains(&self, number: u128) -> bool {
        let after = self.ranges.partition_point(|(start, _)| *start <= number);
        after > 0 && self.ranges[after - 1].1 >= number
    }

    /// How many of its numbers are smaller than this one.
    pub(super) fn rank(&self, number: u128) -> u128 {
        let after = self.ranges.partition_point(|(start, _)| *start < number);
        match after.checked_sub(1) {
            None => 0,
            Some(index) => {
                let (start, end) = self.ranges[index];
                self.before[index].saturating_add(number.min(end.saturating_add(1)) - start)
            }
        }
    }

    /// The number that has `rank` smaller ones.
    pub(super) fn at(&self, rank: u128) -> Option<u128> {
        if rank >= self.count {
            return None;
        }
        let index = self.before.partition_point(|before| *before <= rank) - 1;
        Some(self.ranges[index].0 + (rank - self.before[index]))
    }

    /// Without the numbers of `other`.
    pub(super) fn without(&self, other: &Self) -> Self {
        let mut left = Vec::with_capacity(self.ranges.len());
        let mut cuts = other.ranges.iter().copied().peekable();
        for &(mut start, end) in &self.ranges {
            // Set when a cut reaches past the end of the interval: nothing of it is left.
            let mut gone = false;
            while let Some(&(cut_start, cut_end)) = cuts.peek() {
                if cut_end < start {
                    cuts.next();
                    continue;
                }
                if cut_start > end {
                    break;
                }
                if cut_start > start {
                    left.push((start, cut_start - 1));
                }
                if cut_end >= end {
                    gone = true;
                    break;
                }
                start = cut_end + 1;
                cuts.next();
            }
            if !gone {
                left.push((start, end));
            }
        }
        Self::from_sorted(left)
    }

    /// The numbers that are in both.
    #[cfg(test)]
    pub(super) fn and(&self, other: &Self) -> Self {
        self.without(&self.without(other))
    }
}

/// A set that numbers are taken out of and put back into, one at a time, in logarithmic time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct FreeSet {
    /// End by start.
    ranges: BTreeMap<u128, u128>,
    count: u128,
}

impl From<Intervals> for FreeSet {
    fn from(intervals: Intervals) -> Self {
        Self {
            count: intervals.count,
            ranges: intervals.ranges.into_iter().collect(),
        }
    }
}

impl FreeSet {
    pub(super) fn count(&self) -> u128 {
        self.count
    }

    /// The intervals, in order.
    pub(super) fn ranges(&self) -> impl Iterator<Item = (u128, u128)> + '_ {
        self.ranges.iter().map(|(&start, &end)| (start, end))
    }

    /// The interval that the number lies in.
    fn around(&self, number: u128) -> Option<(u128, u128)> {
        self.ranges
            .range(..=number)
            .next_back()
            .map(|(&start, &end)| (start, end))
            .filter(|(_, end)| *end >= number)
    }

    pub(super) fn contains(&self, number: u128) -> bool {
        self.around(number).is_some()
    }

    /// The lowest number from `low` to `high`.
    pub(super) fn lowest(&self, low: u128, high: u128) -> Option<u128> {
        if low > high {
            return None;
        }
        if self.contains(low) {
            return Some(low);
        }
        self.ranges
            .range(low..=high)
            .next()
            .map(|(&start, _)| start)
    }

    /// The highest number from `low` to `high`.
    pub(super) fn highest(&self, low: u128, high: u128) -> Option<u128> {
        if low > high {
            return None;
        }
        let (_, &end) = self.ranges.range(..=high).next_back()?;
        let number = end.min(high);
        (number >= low).then_some(number)
    }

    /// Takes the number out; false if it was not in.
    pub(super) fn take(&mut self, number: u128) -> bool {
        let Some((start, end)) = self.around(number) else {
            return false;
        };
        if start == number {
            self.ranges.remove(&start);
        } else {
            self.ranges.insert(start, number - 1);
        }
        if end > number {
            self.ranges.insert(number + 1, end);
        }
        self.count -= 1;
        true
    }

    /// Puts the number back; false if it was in.
    pub(super) fn put(&mut self, number: u128) -> bool {
        if self.contains(number) {
            return false;
        }
        let end = match number
            .checked_add(1)
            .and_then(|next| self.ranges.remove(&next))
        {
            Some(end) => end,
            None => number,
        };
        let before = number
            .checked_sub(1)
            .and_then(|previous| self.around(previous));
        self.ranges
            .insert(before.map_or(number, |(start, _)| start), end);
        self.count += 1;
        true
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn numbers(ranges: &[(u128, u128)]) -> BTreeSet<u128> {
        ranges
            .iter()
            .flat_map(|&(start, end)| start..=end)
            .collect()
    }

    fn ranges() -> impl Strategy<Value = Vec<(u128, u128)>> {
        proptest::collection::vec(
            (0..60_u128, 0..6_u128).prop_map(|(start, length)| (start, start + length)),
            0..12,
        )
    }

    proptest! {
        #[test]
        fn agrees_with_a_set(a in ranges(), b in ranges()) {
            let (x, y) = (Intervals::new(a.clone()), Intervals::new(b.clone()));
            let (set, other) = (numbers(&a), numbers(&b));
            prop_assert_eq!(numbers(x.ranges()), set.clone());
            prop_assert!(x.ranges().windows(2).all(|pair| pair[0].1 + 1 < pair[1].0));
            prop_assert_eq!(x.count(), set.len() as u128);
            prop_assert_eq!(numbers(x.without(&y).ranges()), set.difference(&other).copied().collect());
            prop_assert_eq!(numbers(x.and(&y).ranges()), set.intersection(&other).copied().collect());
            let in_order: Vec<u128> = set.iter().copied().collect();
            for number in 0..70 {
                prop_assert_eq!(x.contains(number), set.contains(&number));
                prop_assert_eq!(x.rank(number), set.range(..number).count() as u128);
                prop_assert_eq!(x.at(number), in_order.get(usize::try_from(number).unwrap()).copied());
            }
        }

        #[test]
        fn taking_and_putting_back_agrees_with_a_set(
            a in ranges(),
            moves in proptest::collection::vec((any::<bool>(), 0..70_u128), 0..200),
            bounds in proptest::collection::vec((0..70_u128, 0..70_u128), 5),
        ) {
            let mut free = FreeSet::from(Intervals::new(a.clone()));
            let mut set = numbers(&a);
            for (take, number) in moves {
                if take {
                    prop_assert_eq!(free.take(number), set.remove(&number));
                } else {
                    prop_assert_eq!(free.put(number), set.insert(number));
                }
            }
            prop_assert_eq!(free.count(), set.len() as u128);
            let ranges: Vec<_> = free.ranges().collect();
            prop_assert_eq!(numbers(&ranges), set.clone());
            prop_assert!(ranges.windows(2).all(|pair| pair[0].1 + 1 < pair[1].0), "neighbours are joined");
            for (low, high) in bounds {
                let inside = || set.iter().copied().filter(|number| (low..=high).contains(number));
                prop_assert_eq!(free.lowest(low, high), inside().next());
                prop_assert_eq!(free.highest(low, high), inside().next_back());
            }
        }
    }

    #[test]
    fn the_last_number_has_no_successor() {
        let all = Intervals::new(vec![(0, u128::MAX)]);
        assert_eq!(all.count(), u128::MAX);
        assert_eq!(all.rank(u128::MAX), u128::MAX);
        let mut free = FreeSet::from(all.without(&Intervals::new(vec![(0, 0)])));
        assert_eq!(free.highest(0, u128::MAX), Some(u128::MAX));
        assert!(free.take(u128::MAX));
        assert!(free.put(u128::MAX));
        assert_eq!(free.ranges().collect::<Vec<_>>(), [(1, u128::MAX)]);
    }
}

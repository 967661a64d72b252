//! Numbers of one log among those of all: frames and objects count from 1 in each, and from 1 in the file.

/// From the numbers of a log to the file's.
///
/// The file's are given out in the order of writing, so that logs which are written by turns have runs of numbers.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    /// First number of a run here, and in the file. Both rise.
    runs: Vec<(u32, u32)>,
    n: u32,
}

impl Numbers {
    pub(super) fn n(&self) -> u32 {
        self.n
    }

    /// Gives numbers of the file to all up to `n`; `total` is how many the file has. None if there are no more.
    pub(super) fn extend_to(&mut self, n: u32, total: &mut u32) -> Option<()> {
        let Some(n_added) = n.checked_sub(self.n).filter(|&n_added| n_added > 0) else {
            return Some(());
        };
        let end = total.checked_add(n_added).filter(|&end| end < u32::MAX)?;
        let (here, there) = (self.n + 1, *total + 1);
        let continues = self
            .runs
            .last()
            .is_some_and(|&(run_here, run_there)| there - run_there == here - run_here);
        if !continues {
            self.runs.push((here, there));
        }
        (self.n, *total) = (n, end);
        Some(())
    }

    /// The file's number; 0 for what has none.
    pub(super) fn get(&self, number: u32) -> u32 {
        let run = match self.runs.last() {
            Some(&run) if number >= run.0 => Some(run),
            _ => {
                let n_before = self.runs.partition_point(|run| run.0 <= number);
                n_before
                    .checked_sub(1)
                    .and_then(|idx| self.runs.get(idx).copied())
            }
        };
        run.filter(|_| number <= self.n)
            .map_or(0, |(here, there)| there + (number - here))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_written_by_turns_have_runs_of_numbers() {
        let (mut first, mut second, mut total) = (Numbers::default(), Numbers::default(), 0);
        first.extend_to(3, &mut total);
        second.extend_to(2, &mut total);
        second.extend_to(3, &mut total);
        first.extend_to(5, &mut total);
        first.extend_to(4, &mut total);
        assert_eq!([1, 2, 3, 4, 5, 6].map(|n| first.get(n)), [1, 2, 3, 7, 8, 0]);
        assert_eq!([0, 1, 2, 3].map(|n| second.get(n)), [0, 4, 5, 6]);
        assert_eq!((first.runs.len(), second.runs.len(), total), (2, 1, 8));
        assert_eq!(first.extend_to(u32::MAX, &mut total), None);
    }
}

//! How busy the program was: steps by time.

use recording::{error::ReadError, point::Micros};
use wire::experimental::{Activity, ActivityResult};

use crate::{
    answer::{Answer, Failure},
    describe::from_millis,
    session::Session,
    trace::Trace,
};

/// More parts than a timeline has pixels are of no use to anybody.
const MAX_PARTS: u32 = 4_096;

impl Session {
    /// How many steps the program took in each of equal parts of a stretch of time, whatever is in focus.
    pub(crate) fn activity(&mut self, params: &Activity) -> Answer<ActivityResult> {
        if !(1..=MAX_PARTS).contains(&params.n_parts) {
            let n_parts = params.n_parts;
            return Err(Failure::command(format!(
                "activity: nParts is {n_parts}, and has to be 1 to {MAX_PARTS}"
            )));
        }
        let duration = self.trace.reader.duration();
        let within = |millis: Option<f64>, otherwise| millis.map_or(otherwise, from_millis).min(duration);
        let begin = within(params.begin, Micros(0));
        let end = within(params.end, duration).max(begin);
        let n_parts = u64::from(params.n_parts);
        let long = (end.0 - begin.0) / n_parts;
        // Borders are cut to whole microseconds, in a way that cannot overflow.
        let border = |n: u64| begin.0 + long * n + (end.0 - begin.0) % n_parts * n / n_parts;
        let mut steps = Vec::with_capacity(params.n_parts as usize);
        let mut before = self.trace.n_steps_before(begin, Micros(long))?;
        for n in 1..=n_parts {
            // Nothing comes after the end of the recording: what is there belongs to the last part.
            let is_end = n == n_parts && end == duration;
            let border = Micros(border(n).saturating_add(u64::from(is_end)));
            let until = self.trace.n_steps_before(border, Micros(long))?.max(before);
            steps.push(until - before);
            before = until;
        }
        Ok(ActivityResult {
            begin: begin.as_millis(),
            end: end.as_millis(),
            steps,
        })
    }
}

impl Trace {
    /// How many steps were taken before a time. Within a chunk that lasts longer than `long`, as its clock tells; within a
    /// shorter one they are spread evenly, so that an overview reads as many chunks' clocks as it has parts and no more.
    fn n_steps_before(&self, time: Micros, long: Micros) -> Answer<u64> {
        let chunks = self.reader.chunks();
        let next = chunks.partition_point(|chunk| chunk.first_time < time);
        let Some((chunk_idx, chunk)) = next.checked_sub(1).and_then(|idx| Some((idx, chunks.get(idx)?)))
        else {
            return Ok(self.first_shown().n_steps());
        };
        let shown = self.first_shown().n_steps()..=self.last_shown().n_steps();
        let until = chunk.first_step + chunk.n_steps;
        let lasts = chunk.end_time.0.saturating_sub(chunk.first_time.0);
        if time > chunk.end_time {
            return Ok(until.clamp(*shown.start(), *shown.end()));
        }
        let clock = match lasts > long.0 {
            true => self.clock(chunk_idx).map(Some),
            false => Ok(None),
        };
        let clock = match clock {
            Err(error @ ReadError::Io { .. }) => return Err(error.into()),
            // The recording's warnings tell that the chunk is lost; how long it took is known.
            clock => clock.ok().flatten(),
        };
        let n_steps = match clock {
            Some(clock) => clock.last_point_until(Micros(time.0 - 1)).n_steps(),
            None => {
                let share = (time.0 - chunk.first_time.0) as f64 / lasts.max(1) as f64;
                chunk.first_step + (chunk.n_steps as f64 * share) as u64
            }
        };
        let n_steps = n_steps.clamp(chunk.first_step, until);
        Ok(n_steps.clamp(*shown.start(), *shown.end()))
    }
}

//! What a case is about: one session of one recording, and what is needed to look around in it.

use std::{collections::BTreeMap, rc::Rc, time::Duration};

use client::{CallError, Connection, Pause, Session};
use tokio::{runtime::Builder, task::LocalSet};
use wire::{
    debugger::{Location, PointDescription, SameLineSourceLocations, Source},
    error::ErrorCode,
    ids::SourceId,
    point::ExecutionPoint,
    recording::TimeStampedPoint,
    session::{PointPageLimits, PointSelector},
};

use crate::{
    hosts::{Host, Place, Sample, remote_sample, samples},
    traffic::Traffic,
};

/// A case that takes longer hangs. Generous: the machine may be busy and the engine unoptimised.
const PATIENCE: Duration = Duration::from_secs(300);

pub(crate) struct Subject {
    pub(crate) host: Rc<Host>,
    pub(crate) sample: Sample,
    pub(crate) connection: Connection,
    pub(crate) session: Session,
    pub(crate) endpoint: TimeStampedPoint,
}

/// Runs a case on each recording that `wants` says, and checks the traffic it made.
pub(crate) fn run(place: Place, wants: impl Fn(&Sample) -> bool, case: impl AsyncFn(&Subject)) {
    let samples = match place {
        Place::Remote => vec![remote_sample()],
        _ => samples(),
    };
    let host = Rc::new(Host::start(place, &samples));
    let runtime = Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime can be built");
    for sample in samples.iter().filter(|sample| wants(sample)) {
        println!("{} over {place:?}", sample.name); // Shown if the case fails.
        let whole = async {
            let (connection, traffic) = connect(&host).await;
            let session = connection
                .open_session(&sample.id)
                .await
                .expect("the sample opens");
            let endpoint = session.get_endpoint().await.expect("it has an end").endpoint;
            let subject = Subject {
                host: Rc::clone(&host),
                sample: sample.clone(),
                connection,
                session,
                endpoint,
            };
            case(&subject).await;
            traffic.check();
        };
        let within = async { tokio::time::timeout(PATIENCE, whole).await };
        runtime
            .block_on(LocalSet::new().run_until(within))
            .expect("the case ends");
    }
}

/// A connection of its own, watched.
pub(crate) async fn connect(host: &Host) -> (Connection, Rc<Traffic>) {
    let (connection, driver) = Connection::open(host.connect().await);
    let traffic = Traffic::watch(&connection);
    tokio::task::spawn_local(driver);
    (connection, traffic)
}

impl Subject {
    pub(crate) async fn sources(&self) -> Vec<Source> {
        self.session
            .find_sources()
            .flat()
            .await
            .expect("sources are found")
            .0
    }

    /// Sources that can be stopped in.
    pub(crate) async fn scripts(&self) -> Vec<Source> {
        let mut scripts = self.sources().await;
        let mut kept = Vec::new();
        for script in scripts.drain(..) {
            if !self.breakpoints(&script.source_id).await.is_empty() {
                kept.push(script);
            }
        }
        assert!(!kept.is_empty(), "nothing can be stopped in");
        kept
    }

    pub(crate) async fn breakpoints(&self, source_id: &SourceId) -> Vec<SameLineSourceLocations> {
        let found = self.session.get_possible_breakpoints(source_id, None, None).await;
        found.expect("possible breakpoints are found").line_locations
    }

    /// Every location of a source that ran, and how often.
    pub(crate) async fn hits(&self, source_id: &SourceId) -> Vec<(Location, u64)> {
        let breakpoints = self.breakpoints(source_id).await;
        let counted = self
            .session
            .get_hit_counts(source_id, breakpoints, None, None)
            .await;
        let hits = counted.expect("hits are counted").hits.into_iter();
        hits.filter(|hit| hit.hits > 0)
            .map(|hit| (hit.location, hit.hits))
            .collect()
    }

    /// All points that a selector finds.
    pub(crate) async fn points(&self, selector: PointSelector) -> Vec<PointDescription> {
        let found = self
            .session
            .find_all_points(selector, PointPageLimits::default())
            .await;
        let (points, next) = found.expect("points are found");
        assert_eq!(next, None);
        points
    }

    pub(crate) async fn points_at(&self, location: &Location) -> Vec<PointDescription> {
        self.points(PointSelector::Location {
            location: location.clone(),
            on_stack_frame: None,
        })
        .await
    }

    /// About `n` points at which something runs, spread over all sources and the whole recording, in order.
    pub(crate) async fn sample_points(&self, n: usize) -> Vec<PointDescription> {
        let mut locations = Vec::new();
        for script in self.scripts().await {
            locations.extend(self.hits(&script.source_id).await);
        }
        assert!(!locations.is_empty(), "nothing ran");
        let mut sampled = BTreeMap::new();
        for (idx, (location, _)) in spread(&locations, n).into_iter().enumerate() {
            let points = self.points_at(location).await;
            // The first of one, the middle of the next, the last of the third, and so on.
            let pick = (points.len() - 1) * (idx % 3) / 2;
            let point = points.into_iter().nth(pick).expect("it ran");
            sampled.insert(point.point.clone(), point);
        }
        sampled.into_values().collect()
    }

    pub(crate) async fn pause(&self, point: &ExecutionPoint) -> Pause {
        self.session
            .create_pause(point)
            .await
            .unwrap_or_else(|error| panic!("pause at {point}: {error}"))
    }
}

/// About `n` items, spread over all. Not quite evenly: a program's own rhythm must not hide what lies between.
pub(crate) fn spread<T>(items: &[T], n: usize) -> Vec<&T> {
    let step = items.len().div_ceil(n).max(1);
    items
        .chunks(step)
        .enumerate()
        .map(|(idx, chunk)| &chunk[idx % chunk.len()])
        .collect()
}

/// The code that a call was refused with; it must have been refused by the server.
pub(crate) fn refusal<T: std::fmt::Debug>(outcome: Result<T, CallError>) -> (ErrorCode, String) {
    match outcome {
        Err(CallError::Protocol { error, .. }) => (error.code, error.message),
        other => panic!("expected a refusal, got {other:?}"),
    }
}

/// Points and times rise together.
pub(crate) fn assert_rising(what: &str, points: &mut [(ExecutionPoint, f64)], end: &TimeStampedPoint) {
    points.sort_by(|left, right| left.0.cmp(&right.0));
    for pair in points.windows(2) {
        assert!(
            pair[0].1 <= pair[1].1,
            "{what}: time falls from {:?} to {:?}",
            pair[0],
            pair[1]
        );
    }
    for (point, time) in points {
        assert!(
            *point <= end.point,
            "{what}: {point} is after the end, {}",
            end.point
        );
        assert!(
            (0.0..=end.time).contains(time),
            "{what}: {time} ms is not within {} ms",
            end.time
        );
    }
}

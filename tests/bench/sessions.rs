//! Many sessions on one server: how long they take to open and look around, and what each costs in memory.

use std::{path::Path, time::Instant};

use client::{Connection, transport::native};
use tests::program::Server;
use tokio::{runtime::Builder, task::LocalSet};
use wire::{ids::RecordingId, point::ExecutionPoint, session::EnsureProcessed};

use crate::{Bench, Line, megabytes, millis, opening};

const N_SESSIONS: u64 = 50;

/// Fifty clients of one server, each with a session of the synthetic recording and a pause of its own.
pub(crate) fn sessions(bench: &Bench) -> Result<Vec<Line>, String> {
    let path = opening::recording(bench)?;
    let reader = opening::open(&path)?;
    let n_steps = reader.manifest().counts.steps;
    let id = RecordingId::from(reader.head().recording_id.as_str());
    let server = Server::start(&bench.program, &[&path], 0)?;
    let url = format!("ws://127.0.0.1:{}/", server.port());
    let memory = || opening::memory_of(Path::new(&format!("/proc/{}/status", server.process_id())));
    let runtime = Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    let work = async {
        let mut open = Vec::new();
        let mut after_first = None;
        let started = Instant::now();
        for idx in 0..N_SESSIONS {
            let transport = native::open(&url).await.map_err(|reason| reason.to_string())?;
            let (connection, driver) = Connection::open(transport);
            tokio::task::spawn_local(driver);
            let refused = |error: client::CallError| error.to_string();
            let session = connection.open_session(&id).await.map_err(refused)?;
            session.call(&EnsureProcessed {}).await.map_err(refused)?;
            let step = n_steps * idx / N_SESSIONS;
            let point = ExecutionPoint::from((step + 1) << 16);
            let pause = session.create_pause(&point).await.map_err(refused)?;
            pause
                .until_ready(client::Pause::frames)
                .await
                .map_err(|error| error.to_string())?;
            open.push((connection, session, pause));
            if idx == 0 {
                after_first = memory();
            }
        }
        Ok::<_, String>((started.elapsed(), after_first, memory(), open.len()))
    };
    let (time, after_first, after_all, n_open) = runtime.block_on(LocalSet::new().run_until(work))?;
    let more = after_all.zip(after_first);
    let each = more.map(|(all, first)| all.saturating_sub(first) / (N_SESSIONS - 1));
    let shown = |bytes: Option<u64>| bytes.map_or_else(|| "not known here".to_owned(), megabytes);
    Ok(vec![Line {
        name: "sessions: memory of each".to_owned(),
        value: shown(each),
        bound: "",
        how: format!(
            "VmRSS of playhead serve: {} with one session, {} with {n_open}, all opened and paused in {}; {n_steps} steps",
            shown(after_first),
            shown(after_all),
            millis(time)
        ),
    }])
}

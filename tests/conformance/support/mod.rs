//! `docs/protocol-support.md`: what of the protocol is answered. The suite writes it from what the server did when it
//! was asked, so it cannot be wrong; only the limits beside the commands are written by hand, in `limits.txt`.
//!
//! Each recording is first sent to `playhead serve --uploads`, then asked every command there is. Where no answer comes
//! for any recording, the refusal stands in the table. `cargo xtask protocol-support` writes the file anew.

mod asking;
mod table;

use std::{env, fs, path::Path};

use tests::program::{self, Server};
use tokio::{runtime::Builder, task::LocalSet};

use crate::{hosts::kept_samples, support::table::Table};

const FILE: &str = "docs/protocol-support.md";

#[test]
fn the_table_of_support_is_what_the_server_does() {
    let mut table = Table::new(include_str!("limits.txt"));
    let program = program::path().unwrap_or_else(|error| panic!("{error}"));
    for sample in kept_samples() {
        let uploads =
            env::temp_dir().join(format!("playhead-support-{}-{}", std::process::id(), sample.name));
        fs::create_dir_all(&uploads).expect("a folder for uploads");
        let server = Server::start_with(
            &program,
            &[&uploads],
            &["--uploads".as_ref(), uploads.as_os_str()],
            0,
        );
        let server = server.unwrap_or_else(|error| panic!("{error}"));
        let runtime = Builder::new_current_thread().enable_all().build();
        runtime
            .expect("a runtime can be built")
            .block_on(LocalSet::new().run_until(asking::ask_everything(&server, &sample, &mut table)));
        drop(server);
        fs::remove_dir_all(&uploads).expect("the uploads can be removed");
    }
    let now = table.to_markdown();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(FILE);
    if env::var_os("PLAYHEAD_WRITE_SUPPORT").is_some() {
        fs::write(&path, &now).expect("the table can be written");
    }
    let unexplained = table.unexplained();
    assert!(
        unexplained.is_empty(),
        "limits.txt must say why these were not sent: {unexplained:?}"
    );
    let kept = fs::read_to_string(&path).unwrap_or_default();
    let differing: Vec<_> = now
        .lines()
        .filter(|line| !kept.lines().any(|kept| kept == *line))
        .collect();
    assert!(
        now == kept,
        "{FILE} is not what the server does; `cargo xtask protocol-support` writes it anew. New lines:\n{}",
        differing.join("\n")
    );
}

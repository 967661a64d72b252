//! `cargo xtask run | test | build | samples | bench | gallery | tidy`: everything a developer types.

mod autobahn;
mod bench;
mod browser;
mod build;
mod deep;
mod dist;
mod fuzz;
mod process;
mod run;
mod samples;
mod sizes;
mod test;
mod tidy;
mod tools;

use std::process::ExitCode;

const USAGE: &str = "usage: cargo xtask COMMAND

  run [--no-open] [--listen ADDR] [PATH…]   build everything, serve recordings and open the viewer
  test [--deep] [STAGE…] [-- ARGUMENT…]     run every test, or only stages whose name contains a word; the slow ones
                                            (deep) only if asked
  test262 CHECKOUT                          run test262's language tests with and without probes, list what differs
  build                                     build the viewer (dist/) and the program (target/release/playhead)
  dist [--base PATH] [--samples] [--as-built] [-o DIR]
                                            build the viewer for any host of plain files (target/site): below PATH, or for whatever
                                            folder it is put into; with the samples; from dist/ as it is
  worker                                    build the engine's worker (target/worker)
  autobahn                                  try Autobahn's websocket suite on the server's websocket
  fuzz [TARGET…] [--seconds N]              feed the readers what nobody should have written
  protocol-support                          write docs/protocol-support.md anew from what the server does
  samples                                   record public/samples anew from tests/pages
  bench [LINE…]                             measure the numbers of the design and print them; `bench viewer`: those of the viewer
                                            (about ten minutes, without anybody)
  gallery                                   serve a live page of every component
  tidy                                      check the layering and style rules";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next().unwrap_or_default();
    let rest: Vec<String> = arguments.collect();
    let result = match command.as_str() {
        "run" => run::run(&rest),
        "test" => return test::test(&rest),
        "build" => build::viewer().and_then(|()| build::program()),
        "fuzz" => fuzz::fuzz(&rest),
        "test262" => deep::test262(&rest),
        "autobahn" => autobahn::autobahn(),
        "dist" => dist::dist(&rest),
        "worker" => build::worker(),
        "protocol-support" => test::protocol_support(),
        "samples" => samples::record(),
        "bench" => bench::bench(&rest),
        "gallery" => build::gallery(),
        "tidy" => tidy::tidy(),
        _ => Err(USAGE.to_owned()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

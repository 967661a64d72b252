//! Records a page without a window: `record URL OUTPUT [STEPS.json [LEVEL]]`. For trials; people use `playhead record`.

use std::sync::Arc;

use recorder::{RecordOptions, parse_steps, record};

#[tokio::main]
#[expect(clippy::print_stdout, reason = "it is a program")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(url), Some(output)) = (arguments.next(), arguments.next()) else {
        return Err("usage: record URL OUTPUT [STEPS.json]".into());
    };
    let mut options = RecordOptions::new(url, output);
    options.is_headless = true;
    (options.width, options.height) = (1000, 640);
    options.steps = match arguments.next() {
        Some(path) => Some(parse_steps(&std::fs::read_to_string(path)?)?),
        None => Some(Vec::new()),
    };
    if let Some(level) = std::env::args().nth(4) {
        options.levels = vec![(recorder::Glob::new("*"), level.parse()?)];
    }
    let summary = record(options, |progress| println!("{progress:?}"), Arc::default()).await?;
    println!(
        "{:?}\n{}",
        summary.ended_by,
        serde_json::to_string_pretty(&summary.manifest)?
    );
    Ok(())
}

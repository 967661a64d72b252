//! A recording that was finished: everything written is read again.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

mod common;

use common::*;
use recording::{
    ids::{BindingId, FunctionId, InstanceId, ScopeId, ScriptId, SiteId},
    point::{Micros, Point},
    script::Script,
    writer::Writer,
};

#[test]
fn all_that_was_written_is_read_again() {
    let (file, manifest) = ticks(50);
    let reader = open(&file);
    assert_eq!(reader.manifest(), &manifest);
    assert_eq!(reader.warnings(), Vec::<String>::new());
    assert_eq!(reader.head().format, 1);
    assert_eq!(manifest.title, "Ticks");
    assert_eq!(
        (manifest.counts.steps, manifest.counts.messages),
        (1 + 50 * 5, 17)
    );
    assert_eq!(
        (
            manifest.counts.mouse,
            manifest.counts.paints,
            manifest.counts.instances
        ),
        (13, 1, 51)
    );
    assert_eq!(reader.chunks().len(), manifest.counts.chunks as usize);
    assert_eq!(
        reader.chunks().iter().map(|chunk| chunk.n_steps).sum::<u64>(),
        manifest.counts.steps
    );
    assert_eq!(reader.end_point(), Point::before_step(251));
    assert_eq!(reader.duration(), Micros(51_000));
    assert_eq!(*reader.script(ScriptId(0)).unwrap(), script());
    assert_eq!(&*reader.text(ScriptId(0)).unwrap(), TEXT);
    assert_eq!(reader.paint_bytes("c0ffee").unwrap(), b"not truly a JPEG");
    assert_eq!(reader.messages().unwrap().len(), 17);
    assert_eq!(reader.paints().unwrap().len(), 1);
    assert_eq!(reader.navigations().unwrap().len(), 0);
}

#[test]
fn ids_lead_to_their_script() {
    let (file, _) = ticks(1);
    let reader = open(&file);
    assert_eq!(reader.script_of_site(SiteId(6)), Some(ScriptId(0)));
    assert_eq!(reader.script_of_site(SiteId(7)), None);
    assert_eq!(reader.script_of_site(SiteId::IDLE), None);
    assert_eq!(reader.script_of_function(FunctionId(1)), Some(ScriptId(0)));
    assert_eq!(reader.script_of_binding(BindingId::THIS), None);
    assert_eq!(reader.script_of_binding(BindingId(2)), Some(ScriptId(0)));
    assert_eq!(reader.script_of_scope(ScopeId(2)), None);
}

#[test]
fn indexes_grow_group_by_group() {
    let (file, _) = ticks(200);
    let reader = open(&file);
    let n_groups = reader.chunks().len().div_ceil(16);
    assert!(n_groups > 2);
    assert_eq!(reader.site_chunks(SiteId(3)), vec![]);
    let mut groups_read = 0;
    while let Some(progress) = reader.load_next_index_group().unwrap() {
        groups_read += 1;
        assert_eq!((progress.groups_read, progress.groups), (groups_read, n_groups));
        let is_last = groups_read == n_groups;
        let up_to = if is_last {
            reader.end_point()
        } else {
            reader.chunks()[groups_read * 16].first_point
        };
        assert_eq!(progress.up_to, up_to);
    }
    assert_eq!(groups_read, n_groups);
    assert_eq!(reader.site_runs_before(SiteId(3), reader.chunks().len()), 200);
    assert_eq!(reader.birth_chunk_of_instance(InstanceId(1)), Some(0));
    assert_eq!(reader.exit_chunk(InstanceId(1)), Some(reader.chunks().len() - 1));
    assert_eq!(reader.write_chunks(InstanceId::STATIC, BindingId(1)), vec![0]);
}

#[test]
fn a_source_map_belongs_to_all_scripts_of_a_text() {
    let mut file = Vec::new();
    let mut writer = Writer::create(&mut file, head()).unwrap();
    let other = Script {
        id: ScriptId(1),
        hash: "0ther".to_owned(),
        ..script()
    };
    let again = Script {
        id: ScriptId(2),
        ..script()
    };
    for script in [&script(), &other, &again] {
        writer.add_script(script, TEXT).unwrap();
    }
    writer.add_source_map(&script().hash, "{\"version\":3}").unwrap();
    writer.add_source_map(&script().hash, "another").unwrap();
    writer.finish(String::new(), Vec::new(), Vec::new()).unwrap();
    let reader = open(&file);
    let map = |id| reader.source_map(ScriptId(id)).unwrap();
    assert_eq!(
        [map(0), map(1), map(2)],
        [
            Some("{\"version\":3}".to_owned()),
            None,
            Some("{\"version\":3}".to_owned())
        ]
    );
    assert!(reader.source_map(ScriptId(3)).is_err());
}

//! Commands outside the protocol, by name. What they take and give is in `docs/experimental-commands.md`.

use serde::{Serialize, de::DeserializeOwned};
use wire::{
    experimental::{
        ABOUT, ACTIVITY, About, AboutResult, CONSOLE_CALLS, FIND_WRITES, LIVE_STATE, OBJECT_AT, PAUSE_AT,
    },
    session::{ExperimentalCommand, ExperimentalCommandResult},
};

use crate::{
    answer::{Answer, Failure, Outbox},
    session::Session,
};

impl Session {
    pub(crate) fn experimental_command(
        &mut self,
        command: ExperimentalCommand,
        outbox: &mut Outbox<'_>,
    ) -> Answer<ExperimentalCommandResult> {
        match &*command.name {
            FIND_WRITES => self.find_writes(read(command)?, outbox).and_then(written),
            OBJECT_AT => self.object_at(read(command)?, outbox).and_then(written),
            PAUSE_AT => self.pause_at(read(command)?, outbox).and_then(written),
            CONSOLE_CALLS => self.console_calls(read(command)?, outbox).and_then(written),
            LIVE_STATE => self.live_state(read(command)?).and_then(written),
            ABOUT => self.about(read(command)?).and_then(written),
            ACTIVITY => self.activity(&read(command)?).and_then(written),
            name => Err(unknown_experiment(name)),
        }
    }
}

impl Session {
    /// What was done to the recording before it was handed on, and what people noted on it.
    fn about(&self, _: About) -> Answer<AboutResult> {
        let reader = &self.trace.reader;
        let manifest = reader.manifest();
        let share = manifest.share.as_ref();
        Ok(AboutResult {
            made_from: share.map(|share| share.of.clone()),
            left_out: share.map_or_else(Vec::new, |share| {
                share.left_out.iter().map(|what| what.key().to_owned()).collect()
            }),
            is_part: share.is_some_and(|share| share.is_part),
            begin: manifest.part().map(|part| part.begin_time.as_millis()),
            redactions: manifest.redactions.clone(),
            comments: reader.comments()?,
        })
    }
}

fn read<P: DeserializeOwned>(command: ExperimentalCommand) -> Answer<P> {
    let params = command.params.unwrap_or_else(|| serde_json::json!({}));
    serde_json::from_value(params).map_err(|error| {
        let name = command.name;
        Failure::command(format!(
            "{name}: the parameters are not as they should be: {error}"
        ))
    })
}

fn written<R: Serialize>(result: R) -> Answer<ExperimentalCommandResult> {
    let rval = Some(serde_json::to_value(result)?);
    Ok(ExperimentalCommandResult { rval })
}

/// Why a command outside the protocol is not carried out.
pub(crate) fn unknown_experiment(name: &str) -> Failure {
    Failure::command(format!("this server has no experimental command {name:?}"))
}

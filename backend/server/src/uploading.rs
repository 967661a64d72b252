//! One client's side of uploads: its requests of the domains Internal and Resource, and the binary frames that belong to
//! them. Everything else is left to the engine.

use std::collections::{BTreeMap, BTreeSet};

use wire::{
    command::{Command, Empty},
    envelope::{self, CallId, Request},
    error::{ErrorCode, ProtocolError},
    internal::{
        AddRecordingData, BeginRecordingResourceUpload, BeginRecordingResourceUploadResult, CreateRecording,
        CreateRecordingResult, Echo, EchoResult, EndRecordingResourceUpload, FinishRecording,
    },
    recording::UploadedData,
    resource::{Create, CreateResult, Exists, ExistsResult, Token, TokenResult},
};

use crate::{
    http::Site,
    resources,
    uploads::{Arriving, Uploads},
};

/// The longest answer to an echo.
const MAX_ECHO_BYTES: u64 = 1 << 20;
/// How many recordings one client may send at the same time.
const MAX_ARRIVING: usize = 8;

/// What a client is sending.
pub(crate) struct Uploading<'a> {
    site: &'a Site,
    /// Recordings, and whether one is removed if it is not finished on this connection.
    arriving: BTreeMap<String, (Arriving<'a>, bool)>,
    /// The request whose bytes the next frame holds.
    announced: Option<(CallId, AddRecordingData)>,
    /// Keys of the locks that this client holds.
    keys: BTreeSet<u64>,
}

/// A result, or the sentence that refuses it.
type Answer<T> = Result<T, String>;

impl<'a> Uploading<'a> {
    /// Nothing is under way.
    pub(crate) fn new(site: &'a Site) -> Self {
        Self {
            site,
            arriving: BTreeMap::new(),
            announced: None,
            keys: BTreeSet::new(),
        }
    }

    /// Takes a request if it is about uploads; false if it is for the engine.
    pub(crate) fn take(&mut self, text: &str, out: &mut Vec<String>) -> bool {
        if let Some((id, params)) = self.announced.take() {
            let missing = format!("the bytes at {} did not follow their announcement", params.offset);
            respond::<Empty>(out, &id, Err(missing));
        }
        let Ok(request) = Request::decode(text) else {
            return false;
        };
        let is_ours = request.method.starts_with("Internal.") || request.method.starts_with("Resource.");
        if !is_ours {
            return false;
        }
        match &*request.method {
            AddRecordingData::METHOD if self.site.uploads.is_some() => match read(&request) {
                Ok(params) => self.announced = Some((request.id, params)),
                Err(error) => respond::<Empty>(out, &request.id, Err(error)),
            },
            CreateRecording::METHOD => {
                let answer = read(&request).and_then(|params| self.create(params, out));
                respond(out, &request.id, answer);
            }
            FinishRecording::METHOD => {
                let answer = read(&request).and_then(|params| self.finish(params));
                respond(out, &request.id, answer);
            }
            BeginRecordingResourceUpload::METHOD => {
                let answer = read(&request).and_then(|params| self.begin_resources(params));
                respond(out, &request.id, answer);
            }
            EndRecordingResourceUpload::METHOD => {
                let answer = read(&request).and_then(|params| self.end_resources(params));
                respond(out, &request.id, answer);
            }
            Token::METHOD => respond(out, &request.id, read(&request).and_then(|it| self.token(it))),
            Exists::METHOD => respond(out, &request.id, read(&request).and_then(|it| self.exists(it))),
            Create::METHOD => respond(out, &request.id, read(&request).and_then(|it| self.keep(it))),
            Echo::METHOD => respond(out, &request.id, read(&request).and_then(echo)),
            method => respond::<Empty>(out, &request.id, Err(self.refusal(method))),
        }
        true
    }

    /// Takes a binary frame.
    ///
    /// # Errors
    /// No frame was announced; why the connection should close.
    pub(crate) fn take_bytes(&mut self, bytes: &[u8], out: &mut Vec<String>) -> Result<(), String> {
        let Some((id, params)) = self.announced.take() else {
            return Err("this server takes binary messages only after Internal.addRecordingData".to_owned());
        };
        let answer = self.add(&params, bytes, out);
        respond(out, &id, answer);
        Ok(())
    }

    fn create(&mut self, params: CreateRecording, out: &mut Vec<String>) -> Answer<CreateRecordingResult> {
        let uploads = self.uploads()?;
        let Some(recording_id) = params.recording_id else {
            return Err("a recording carries its own id; name it".to_owned());
        };
        let id = recording_id.as_str();
        // Said again on the connection that sends it: whoever gives up has it removed, and it need not be begun anew for that.
        if let Some((arriving, requires_finish)) = self.arriving.get_mut(id) {
            *requires_finish = params.require_finish;
            tell(out, &recording_id, arriving.len());
            return Ok(CreateRecordingResult { recording_id });
        }
        if self.site.library.open(id).is_ok() {
            return Err(format!("this server has recording {id} already"));
        }
        if self.arriving.len() >= MAX_ARRIVING {
            return Err(format!(
                "at most {MAX_ARRIVING} recordings can be sent at the same time"
            ));
        }
        let arriving = uploads.arrive(id)?;
        tell(out, &recording_id, arriving.len());
        self.arriving
            .insert(id.to_owned(), (arriving, params.require_finish));
        Ok(CreateRecordingResult { recording_id })
    }

    fn add(&mut self, params: &AddRecordingData, bytes: &[u8], out: &mut Vec<String>) -> Answer<Empty> {
        let (arriving, _) = self.begun(params.recording_id.as_str())?;
        if params.length != bytes.len() as u64 {
            return Err(format!(
                "{} bytes were announced and {} came",
                params.length,
                bytes.len()
            ));
        }
        arriving.add(params.offset, bytes)?;
        tell(out, &params.recording_id, arriving.len());
        Ok(Empty {})
    }

    fn finish(&mut self, params: FinishRecording) -> Answer<Empty> {
        let id = params.recording_id.as_str();
        self.begun(id)?;
        match self.arriving.remove(id) {
            Some((arriving, _)) => arriving.finish().map(|()| Empty {}),
            None => Err(not_begun(id)),
        }
    }

    fn begin_resources(
        &mut self,
        params: BeginRecordingResourceUpload,
    ) -> Answer<BeginRecordingResourceUploadResult> {
        let uploads = self.uploads()?;
        let id = params.recording_id.as_str();
        if uploads.arrived(id).is_none() {
            self.site.library.open(id)?;
        }
        let key = uploads.lock(id);
        self.keys.insert(key);
        Ok(BeginRecordingResourceUploadResult { key: key.to_string() })
    }

    fn end_resources(&mut self, params: EndRecordingResourceUpload) -> Answer<Empty> {
        let uploads = self.uploads()?;
        let key = params.key.parse().ok().filter(|key| self.keys.remove(key));
        match key.is_some_and(|key| uploads.unlock(key)) {
            true => Ok(Empty {}),
            false => Err("this connection holds no such key".to_owned()),
        }
    }

    fn token(&self, params: Token) -> Answer<TokenResult> {
        self.uploads()?;
        let (token, expiration) = resources::token(&params.hash)?;
        Ok(TokenResult {
            token: token.into(),
            expiration,
        })
    }

    fn exists(&self, params: Exists) -> Answer<ExistsResult> {
        let found = resources::by_proof(&self.uploads()?.resources(), &params.resource);
        Ok(ExistsResult {
            exists: found.is_ok(),
        })
    }

    fn keep(&self, params: Create) -> Answer<CreateResult> {
        let resource = resources::create(self.uploads()?, params.content.as_bytes())?;
        Ok(CreateResult { resource })
    }

    fn begun(&mut self, id: &str) -> Answer<&mut (Arriving<'a>, bool)> {
        self.uploads()?;
        self.arriving.get_mut(id).ok_or_else(|| not_begun(id))
    }

    fn uploads(&self) -> Answer<&'a Uploads> {
        let off = || "this server takes no uploads; start it with --uploads DIR".to_owned();
        self.site.uploads.as_ref().ok_or_else(off)
    }

    fn refusal(&self, method: &str) -> String {
        match method {
            "Internal.beginRecordingUpload"
            | "Internal.beginRecordingMultipartUpload"
            | "Internal.endRecordingUpload"
            | "Internal.endRecordingMultipartUpload" => {
                "recordings are sent through the websocket; see Internal.createRecording".to_owned()
            }
            "Internal.setRecordingMetadata" => {
                "a recording's file says its title, address and length itself; send it with \
                 Internal.createRecording"
                    .to_owned()
            }
            "Internal.reportCrash" => "this server keeps no reports of crashes".to_owned(),
            _ => self
                .uploads()
                .err()
                .unwrap_or_else(|| format!("there is no command {method}")),
        }
    }
}

impl Drop for Uploading<'_> {
    /// The client is gone: its locks fall, and what it wanted removed is removed.
    fn drop(&mut self) {
        for (arriving, requires_finish) in self.arriving.values() {
            if *requires_finish {
                arriving.remove();
            }
        }
        if let Some(uploads) = &self.site.uploads {
            self.keys.iter().for_each(|key| {
                uploads.unlock(*key);
            });
        }
    }
}

fn echo(params: Echo) -> Answer<EchoResult> {
    let Echo { str, count } = params;
    match (str.len() as u64).saturating_mul(count.into()) <= MAX_ECHO_BYTES {
        true => Ok(EchoResult {
            str: str.repeat(count as usize),
        }),
        false => Err(format!("an echo is at most {MAX_ECHO_BYTES} bytes long")),
    }
}

fn not_begun(id: &str) -> String {
    format!("recording {id} was not begun on this connection; see Internal.createRecording")
}

/// Says how much of a recording is here.
fn tell(out: &mut Vec<String>, recording_id: &wire::ids::RecordingId, uploaded: u64) {
    let event = UploadedData {
        recording_id: recording_id.clone(),
        uploaded,
        length: None,
    };
    out.extend(envelope::event(None, &event).ok());
}

fn read<C: Command>(request: &Request<'_>) -> Answer<C> {
    let wrong = |error| {
        format!(
            "{}: the parameters are not as they should be: {error}",
            request.method
        )
    };
    request.read().map_err(wrong)
}

fn respond<R: serde::Serialize>(out: &mut Vec<String>, id: &CallId, answer: Answer<R>) {
    let frame = match answer {
        Ok(result) => envelope::response(id, &result),
        Err(sentence) => {
            envelope::error_response(id, &ProtocolError::new(ErrorCode::COMMAND_FAILED, sentence))
        }
    };
    // Results are texts and numbers: they can always be written.
    out.extend(frame.ok());
}

//! Domain Internal: how recorders hand recordings to a service. Viewers have no use for it.

use crate::{
    command::Empty,
    ids::{BuildId, RecordingId},
};

message! {
    /// What is known of a recording as a whole.
    pub struct RecordingData {
        /// The recording.
        pub id: RecordingId,
        /// URL of the recorded page.
        pub url: String,
        /// Title of the recorded page.
        pub title: String,
        /// Length in milliseconds.
        pub duration: u64,
        /// The last picture, base64; empty if there is none.
        pub last_screen_data: String,
        /// Encoding of that picture; empty if there is none.
        pub last_screen_mime_type: String,
        /// What the page did that may matter to the person recorded.
        pub operations: OperationsData,
    }

    /// What the page did that may matter to the person recorded.
    #[derive(Default)]
    pub struct OperationsData {
        /// Domains that scripts came from.
        pub script_domains: Vec<String>,
        /// Domains whose cookies were read; absent if unknown.
        pub cookies: Option<Vec<String>>,
        /// Domains whose local storage was read; absent if unknown.
        pub storage: Option<Vec<String>>,
    }
}

commands! { None:
    write "Internal.createRecording" CreateRecording => CreateRecordingResult;
    write "Internal.beginRecordingUpload" BeginRecordingUpload => BeginRecordingUploadResult;
    write "Internal.beginRecordingMultipartUpload" BeginRecordingMultipartUpload => BeginRecordingMultipartUploadResult;
    write "Internal.endRecordingUpload" EndRecordingUpload => Empty;
    write "Internal.endRecordingMultipartUpload" EndRecordingMultipartUpload => Empty;
    write "Internal.setRecordingMetadata" SetRecordingMetadata => Empty;
    write "Internal.addRecordingData" AddRecordingData => Empty;
    write "Internal.finishRecording" FinishRecording => Empty;
    write "Internal.beginRecordingResourceUpload" BeginRecordingResourceUpload => BeginRecordingResourceUploadResult;
    write "Internal.endRecordingResourceUpload" EndRecordingResourceUpload => Empty;
    read "Internal.echo" Echo => EchoResult;
    write "Internal.reportCrash" ReportCrash => Empty;
}

message! {
    /// Begins a recording that is sent in pieces with [`AddRecordingData`].
    pub struct CreateRecording {
        /// What made it.
        pub build_id: BuildId,
        /// Its id, a version 4 UUID; absent lets the server choose.
        pub recording_id: Option<RecordingId>,
        /// Whether to drop it unless [`FinishRecording`] comes before the connection closes.
        pub require_finish: bool = false,
    }

    /// Answer to [`CreateRecording`].
    pub struct CreateRecordingResult {
        /// Its id.
        pub recording_id: RecordingId,
    }

    /// Begins a recording that is sent to a URL.
    pub struct BeginRecordingUpload {
        /// What made it.
        pub build_id: BuildId,
        /// Its size in bytes.
        pub recording_size: u64,
        /// Its id, a version 4 UUID; absent lets the server choose.
        pub recording_id: Option<RecordingId>,
    }

    /// Answer to [`BeginRecordingUpload`].
    pub struct BeginRecordingUploadResult {
        /// Its id.
        pub recording_id: RecordingId,
        /// URL to send it to.
        pub upload_link: String,
    }

    /// Begins a recording that is sent to several URLs.
    pub struct BeginRecordingMultipartUpload {
        /// What made it.
        pub build_id: BuildId,
        /// Its size in bytes.
        pub recording_size: u64,
        /// Its id, a version 4 UUID; absent lets the server choose.
        pub recording_id: Option<RecordingId>,
        /// Size of each part but the last, in bytes; absent lets the server choose.
        pub chunk_size: Option<u64>,
    }

    /// Answer to [`BeginRecordingMultipartUpload`].
    pub struct BeginRecordingMultipartUploadResult {
        /// Its id.
        pub recording_id: RecordingId,
        /// Id of the upload.
        pub upload_id: String,
        /// Size of each part but the last, in bytes.
        pub chunk_size: u64,
        /// URLs to send the parts to, in order.
        pub part_links: Vec<String>,
    }

    /// Says that a recording is complete at its URL.
    pub struct EndRecordingUpload {
        /// The recording.
        pub recording_id: RecordingId,
    }

    /// Says that a recording is complete at its URLs.
    pub struct EndRecordingMultipartUpload {
        /// The recording.
        pub recording_id: RecordingId,
        /// The upload.
        pub upload_id: String,
        /// What each URL answered to its part, in order.
        pub part_ids: Vec<String>,
    }

    /// Describes a recording.
    pub struct SetRecordingMetadata {
        /// What is known of it.
        pub recording_data: RecordingData,
        /// Anything else; absent means nothing.
        pub metadata: Option<serde_json::Value>,
    }

    /// Announces bytes of a recording: the next frame on the websocket is binary and holds them.
    pub struct AddRecordingData {
        /// The recording, begun on this connection.
        pub recording_id: RecordingId,
        /// Where the bytes go.
        pub offset: u64,
        /// How many there are.
        pub length: u64,
    }

    /// Says that every byte of a recording has been sent.
    pub struct FinishRecording {
        /// The recording.
        pub recording_id: RecordingId,
    }

    /// Keeps sessions from being made while resources of a recording are sent.
    pub struct BeginRecordingResourceUpload {
        /// The recording.
        pub recording_id: RecordingId,
    }

    /// Answer to [`BeginRecordingResourceUpload`].
    pub struct BeginRecordingResourceUploadResult {
        /// What to unlock with.
        pub key: String,
    }

    /// Lets sessions be made again.
    pub struct EndRecordingResourceUpload {
        /// What [`BeginRecordingResourceUpload`] gave.
        pub key: String,
    }

    /// Asks for a string back, to try the network.
    pub struct Echo {
        /// The string.
        pub str: String,
        /// How often to repeat it.
        pub count: u32,
    }

    /// Answer to [`Echo`].
    pub struct EchoResult {
        /// The string, that often.
        pub str: String,
    }

    /// Reports that a recorder crashed.
    pub struct ReportCrash {
        /// Whatever helps to find out why.
        pub data: serde_json::Value,
    }
}

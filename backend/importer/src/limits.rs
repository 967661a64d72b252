//! Bounds on what one file may make of this program. Each is far above what recorders write.

/// Bytes of one stream of JSON, unpacked. JavaScript itself makes no longer text.
pub(crate) const MAX_TEXT: u64 = if cfg!(target_pointer_width = "32") {
    256 << 20
} else {
    512 << 20
};

/// Bytes of everything that is unpacked for one import.
pub(crate) const MAX_UNPACKED: u64 = if cfg!(target_pointer_width = "32") {
    1 << 30
} else {
    8 << 30
};

/// Bytes of one line of events.
pub(crate) const MAX_LINE: u64 = 64 << 20;

/// Bytes of one body; the rest is cut off. As the recorder has it.
pub(crate) const MAX_BODY: u64 = 16 << 20;

/// Bytes of one picture; larger ones are left out.
pub(crate) const MAX_PICTURE: u64 = 32 << 20;

/// Bytes of one source; larger ones are left out.
pub(crate) const MAX_SOURCE: u64 = 16 << 20;

/// How deep JSON may nest: documents do, and reading them recurses. A browser's parser makes at most 512 levels of elements,
/// people's pages have fewer than 100; rrweb takes two levels of JSON for one.
pub(crate) const MAX_NESTING: usize = 400;

/// Happenings of one recording.
pub(crate) const MAX_HAPPENINGS: usize = 4_000_000;

/// Nodes in one document.
pub(crate) const MAX_NODES: usize = 500_000;

/// Nodes of all documents and changes together.
pub(crate) const MAX_ALL_NODES: u64 = if cfg!(target_pointer_width = "32") {
    1_500_000
} else {
    6_000_000
};

/// How deep elements may stand in each other where snapshots refer to earlier ones: as deep as browsers parse.
pub(crate) const MAX_DEPTH: usize = 512;

/// Objects and values in the arguments of one message.
pub(crate) const MAX_SKETCH: usize = 10_000;

/// Elements of one array and properties of one object that are kept, as the recorder has it.
pub(crate) const MAX_MEMBERS: usize = 1_000;

//! What happened around the program: console messages, input, navigations, paints, what became of the document (types in
//! [`crate::page`]) and of requests ([`crate::network`]), each at its exact point.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    names,
    network::NetworkEvent,
    page::{Annotation, Dispatch, DomChange, Layout, ListenerChange, StyleSheets},
    point::{Micros, Point},
    script::Position,
    value::{Text, Value},
};

/// One row of an event table. Rows of a table are in order of point, but for messages of uncaught errors, whose point
/// is where the exception arose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row<E> {
    /// Where.
    pub point: Point,
    /// When.
    pub time: Micros,
    /// What.
    pub event: E,
}

/// Any event, as the recorder hands it to the writer.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A console message.
    Message(Message),
    /// The mouse.
    Mouse(Mouse),
    /// The keyboard.
    Keyboard(Keyboard),
    /// A new document or URL.
    Navigation(Navigation),
    /// A picture of the page.
    Paint(Paint),
    /// A document came, or nodes of it changed.
    Dom(DomChange),
    /// Where elements stood and how they looked.
    Layout(Layout),
    /// The style sheets.
    Styles(StyleSheets),
    /// A listener was added or removed.
    Listener(ListenerChange),
    /// An event began to be dispatched.
    Dispatch(Dispatch),
    /// Something the page's code noted for a tool.
    Annotation(Annotation),
    /// Something of a network request.
    Network(NetworkEvent),
}

/// Events that have a table, each of its own.
pub trait Tabled: Serialize + DeserializeOwned {
    /// The table's name.
    const TABLE: &'static str;
}

macro_rules! tables {
    ($($event:ident $name:ident)*) => {
        $(impl Tabled for $event {
            const TABLE: &'static str = names::$name;
        })*
    };
}

tables! {
    Message MESSAGES
    Mouse MOUSE
    Keyboard KEYBOARD
    Navigation NAVIGATIONS
    Paint PAINTS
    DomChange DOM
    Layout LAYOUTS
    StyleSheets STYLES
    ListenerChange LISTENERS
    Dispatch DISPATCHES
    Annotation ANNOTATIONS
    NetworkEvent NETWORK
}

/// A console message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Who wrote it.
    pub source: MessageSource,
    /// How grave it is.
    pub level: MessageLevel,
    /// The `console` method (`log`, `warn`, `table`, …), empty for others.
    pub method: Text,
    /// Text: an error's message, a browser message; None if `arguments` say it all.
    pub text: Option<Text>,
    /// The arguments of the call, or the thrown value.
    pub arguments: Vec<Value>,
    /// URL the browser blames, where no frame stands at the point.
    pub url: Option<Text>,
    /// Position the browser blames, in the original text.
    pub position: Option<Position>,
}

/// Who wrote a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MessageSource {
    /// `console.*`
    ConsoleApi,
    /// An uncaught error or unhandled rejection.
    PageError,
    /// The browser itself (a failed request, an intervention, …).
    Browser,
}

/// How grave a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MessageLevel {
    /// `log`, `debug`
    Info,
    /// `warn`
    Warning,
    /// `error`, uncaught errors
    Error,
    /// `assert` that failed
    Assert,
    /// `trace`
    Trace,
}

/// A mouse event, as the page received it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mouse {
    /// Moved or pressed.
    pub kind: MouseKind,
    /// CSS pixels from the viewport's left.
    pub client_x: f64,
    /// CSS pixels from the viewport's top.
    pub client_y: f64,
    /// Whether a script, not a person, made it (`isTrusted` false).
    pub is_synthetic: bool,
}

/// What the mouse did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MouseKind {
    /// `mousemove`, at most 60 a second.
    Move,
    /// `mousedown`
    Down,
}

/// A keyboard event, as the page received it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Keyboard {
    /// What happened.
    pub kind: KeyKind,
    /// `KeyboardEvent.key`
    pub key: Text,
    /// Whether a script made it.
    pub is_synthetic: bool,
}

/// What a key did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyKind {
    /// `keydown`
    Down,
    /// `keyup`
    Up,
    /// `keypress`
    Press,
}

/// A new document, or a new URL of the same one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Navigation {
    /// The URL now shown.
    pub url: Text,
    /// `load`, `pushState`, `replaceState`, `popstate` or `hashchange`.
    pub kind: Text,
}

/// A picture of the page; its bytes are stored by hash.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Paint {
    /// sha-256 of the bytes, hexadecimal.
    pub hash: Text,
    /// `image/jpeg`
    pub mime_type: Text,
    /// Width in image pixels.
    pub width: u32,
    /// Height in image pixels.
    pub height: u32,
    /// Image pixels per CSS pixel.
    pub scale: f64,
}

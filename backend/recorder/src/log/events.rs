//! What happened around the program, as a document's log tells it: messages, input, navigations.

use recording::{
    event::{Event, KeyKind, Keyboard, Message, MessageLevel, MessageSource, Mouse, MouseKind, Navigation},
    script::Position,
    value::Text,
};

use super::{Item, LogDecoder, Malformed, bytes::Bytes};
use crate::scripts::Scripts;

impl LogDecoder {
    /// Reads the event of a code from 0x9a to 0x9e.
    pub(super) fn event(
        &mut self,
        code: u8,
        bytes: &mut Bytes<'_>,
        scripts: &Scripts,
    ) -> Result<Item, Malformed> {
        Ok(Item::Event(match code {
            0x9a => Event::Message(self.message(bytes)?),
            0x9b => return self.uncaught(bytes, scripts),
            0x9c => {
                let kind = if bytes.byte()? == 0 {
                    MouseKind::Move
                } else {
                    MouseKind::Down
                };
                let is_synthetic = bytes.byte()? != 0;
                let (client_x, client_y) = (bytes.float()?, bytes.float()?);
                Event::Mouse(Mouse {
                    kind,
                    client_x,
                    client_y,
                    is_synthetic,
                })
            }
            0x9d => {
                let kind = match bytes.byte()? {
                    0 => KeyKind::Down,
                    1 => KeyKind::Up,
                    _ => KeyKind::Press,
                };
                let is_synthetic = bytes.byte()? != 0;
                Event::Keyboard(Keyboard {
                    kind,
                    key: bytes.text()?,
                    is_synthetic,
                })
            }
            0x9e => {
                let (kind, url) = (bytes.text()?, bytes.text()?);
                Event::Navigation(Navigation { url, kind })
            }
            _ => return Err(bytes.malformed("unknown event")),
        }))
    }

    fn message(&mut self, bytes: &mut Bytes<'_>) -> Result<Message, Malformed> {
        let method = bytes.text()?;
        let level = match bytes.byte()? {
            0 => MessageLevel::Info,
            1 => MessageLevel::Warning,
            2 => MessageLevel::Error,
            3 => MessageLevel::Assert,
            4 => MessageLevel::Trace,
            _ => return Err(bytes.malformed("unknown level")),
        };
        let text = if bytes.byte()? == 0 {
            None
        } else {
            Some(bytes.text()?)
        };
        let arguments = self.values(bytes)?;
        let source = MessageSource::ConsoleApi;
        Ok(Message {
            source,
            level,
            method,
            text,
            arguments,
            url: None,
            position: None,
        })
    }

    fn uncaught(&mut self, bytes: &mut Bytes<'_>, scripts: &Scripts) -> Result<Item, Malformed> {
        let _is_rejection = bytes.byte()?;
        let text = bytes.text()?;
        let reason = self.value(bytes)?;
        let url = bytes.text()?;
        let (line, column) = (bytes.varint()?, bytes.varint()?);
        let thrown_by = Some(bytes.varint()?).filter(|&number| number > 0);
        // Browsers count columns from 1.
        let (line, column) = scripts
            .original_place("", &url, line, column)
            .unwrap_or((line, column));
        let position = (line > 0).then(|| Position {
            line,
            column: column.saturating_sub(1),
        });
        let url = scripts.url_of_code(&url).map_or(url, Text::from);
        let message = Message {
            source: MessageSource::PageError,
            level: MessageLevel::Error,
            method: Text::from(""),
            text: Some(text),
            arguments: vec![reason],
            url: Some(url).filter(|url| !url.is_empty()),
            position,
        };
        Ok(Item::Uncaught { message, thrown_by })
    }
}

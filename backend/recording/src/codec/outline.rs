//! Bytes to outlines: as the decoder reads records, but for the values, which are checked and passed over. Nothing is
//! allocated, so this is several times as fast. What passes here can be read as a record.

use super::{Decoder, decode::near, kind, op, tag};
use crate::{
    bytes::DecodeError,
    ids::{FunctionId, ObjectId, ScopeId, SiteId},
    outline::Outline,
    point::Micros,
};

impl Decoder<'_> {
    /// Passes over the next record, and says what it was about.
    #[inline]
    pub(crate) fn outline(&mut self) -> Result<Outline, DecodeError> {
        let op = self.bytes.u8()?;
        if op >= op::STEP {
            return self.step_outline(i64::from(op - op::STEP) + op::NEAREST);
        }
        self.other_outline(op)
    }

    #[inline]
    fn step_outline(&mut self, distance: i64) -> Result<Outline, DecodeError> {
        self.context.site = near(self.context.site, distance)?;
        Ok(Outline::Step(SiteId(self.context.site)))
    }

    fn other_outline(&mut self, op: u8) -> Result<Outline, DecodeError> {
        Ok(match op {
            op::TICK => {
                let time = self.context.time.wrapping_add(self.bytes.zigzag()? as u64);
                self.context.time = time;
                Outline::Tick(Micros(time))
            }
            op::FAR_STEP => {
                let distance = self.bytes.zigzag()?;
                self.step_outline(distance)?
            }
            op::ENTER => {
                let function = FunctionId(self.bytes.u32()?);
                let parent = self.instance()?;
                let header = self.bytes.varint()?;
                if header & 1 == 1 {
                    self.skip_value()?;
                }
                let n_arguments = usize::try_from(header >> 1).map_err(|_| DecodeError::EndsEarly)?;
                self.skip_n_values(n_arguments)?;
                let instance = self.begin_instance();
                self.frames.since.push(instance);
                Outline::Enter { function, parent }
            }
            op::LEAVE => {
                self.frames.pop();
                Outline::Leave
            }
            op::RETURN => {
                self.skip_value()?;
                Outline::Ending
            }
            op::END => Outline::Ending,
            op::THROW => {
                self.skip_value()?;
                Outline::Throw
            }
            op::CATCH => Outline::Catch,
            op::SUSPEND => {
                self.frames.pop();
                Outline::Suspend
            }
            op::RESUME => {
                let instance = self.instance()?;
                self.frames.since.push(instance.0);
                Outline::Resume(instance)
            }
            op::WRITE_OWN | op::WRITE | op::APPEND_OWN | op::APPEND => {
                let (owner, binding) = self.variable(op == op::WRITE_OWN || op == op::APPEND_OWN)?;
                self.skip_value()?;
                Outline::Write { owner, binding }
            }
            op::SCOPE | op::SCOPE_COPY => {
                let scope = ScopeId(self.bytes.u32()?);
                self.instance()?;
                self.begin_instance();
                Outline::Scope { scope }
            }
            op::OBJECT => {
                let object = self.object()?;
                self.skip_object_state()?;
                Outline::Object {
                    object,
                    is_whole: true,
                }
            }
            op::PROPERTY => {
                let object = self.object()?;
                self.skip_key()?;
                self.skip_value()?;
                change_of(object)
            }
            op::PROPERTY_DELETE => {
                let object = self.object()?;
                self.skip_key()?;
                change_of(object)
            }
            op::SPLICE => {
                let object = self.object()?;
                self.bytes.u32()?;
                self.bytes.u32()?;
                self.skip_values()?;
                change_of(object)
            }
            op::MAP_SET => {
                let object = self.object()?;
                self.skip_value()?;
                self.skip_value()?;
                change_of(object)
            }
            op::SET_ADD | op::ENTRY_DELETE => {
                let object = self.object()?;
                self.skip_value()?;
                change_of(object)
            }
            op::ENTRIES_CLEAR => change_of(self.object()?),
            op::MARK => Outline::Mark,
            _ => {
                return Err(DecodeError::UnknownTag {
                    what: "operation",
                    tag: u64::from(op),
                });
            }
        })
    }

    fn skip_text(&mut self) -> Result<(), DecodeError> {
        let id = usize::try_from(self.bytes.varint()?).map_err(|_| DecodeError::OutOfRange)?;
        match id < self.strings.len() {
            true => Ok(()),
            false => Err(DecodeError::Dangling("a string")),
        }
    }

    fn skip_key(&mut self) -> Result<(), DecodeError> {
        match self.bytes.u8()? {
            0 | 2 => self.skip_text(),
            1 => self.bytes.u32().map(drop),
            tag => Err(DecodeError::UnknownTag {
                what: "key",
                tag: u64::from(tag),
            }),
        }
    }

    #[inline]
    fn skip_value(&mut self) -> Result<(), DecodeError> {
        let tag = self.bytes.u8()?;
        self.skip_tagged_value(tag)
    }

    #[inline]
    fn skip_tagged_value(&mut self, tag: u8) -> Result<(), DecodeError> {
        match tag {
            tag::SMALL.. | tag::UNDEFINED..=tag::UNAVAILABLE | tag::AGAIN..tag::NEAR => Ok(()),
            tag::DOUBLE => self.double().map(drop),
            tag::STRING | tag::BIG_INT | tag::SYMBOL => self.skip_text(),
            tag::OBJECT => self.object().map(drop),
            tag::INTEGER => self.integer().map(drop),
            tag::NEAR..tag::AFTER_NEAR => self.near_number(tag - tag::NEAR).map(drop),
            _ => Err(DecodeError::UnknownTag {
                what: "value",
                tag: u64::from(tag),
            }),
        }
    }

    /// Says whether there was a value.
    fn skip_optional_value(&mut self) -> Result<bool, DecodeError> {
        match self.bytes.u8()? {
            tag::NOTHING => Ok(false),
            tag => self.skip_tagged_value(tag).map(|()| true),
        }
    }

    fn skip_values(&mut self) -> Result<(), DecodeError> {
        let n_values = self.count(1)?;
        self.skip_n_values(n_values)
    }

    fn skip_n_values(&mut self, n_values: usize) -> Result<(), DecodeError> {
        self.check_n_values(n_values)?;
        (0..n_values).try_for_each(|_| self.skip_value())
    }

    fn skip_object_state(&mut self) -> Result<(), DecodeError> {
        self.skip_text()?;
        self.optional_object()?;
        self.skip_object_kind()?;
        self.bytes.u32()?;
        for _ in 0..self.count(4)? {
            self.skip_key()?;
            self.bytes.u8()?;
            if !self.skip_optional_value()? {
                self.optional_object()?;
                self.optional_object()?;
            }
        }
        Ok(())
    }

    fn skip_object_kind(&mut self) -> Result<(), DecodeError> {
        match self.bytes.u8()? {
            kind::PLAIN | kind::WEAK | kind::PROMISE | kind::PROXY | kind::WINDOW | kind::OPAQUE => {}
            kind::ARRAY => {
                self.bytes.u32()?;
                for _ in 0..self.count(1)? {
                    self.skip_optional_value()?;
                }
            }
            kind::TYPED_ARRAY | kind::SET => {
                self.bytes.u32()?;
                self.skip_values()?;
            }
            kind::MAP => {
                self.bytes.u32()?;
                for _ in 0..self.count(2)? {
                    self.skip_value()?;
                    self.skip_value()?;
                }
            }
            kind::FUNCTION => {
                self.skip_text()?;
                if let Some(function) = self.bytes.varint()?.checked_sub(1) {
                    u32::try_from(function).map_err(|_| DecodeError::OutOfRange)?;
                }
            }
            kind::DATE => {
                self.number()?;
            }
            kind::REG_EXP => self.skip_text()?,
            kind::ERROR => {
                self.skip_text()?;
                self.skip_text()?;
            }
            kind::BOXED => self.skip_value()?,
            kind::NODE => {
                self.bytes.u8()?;
                self.skip_text()?;
                if self.flag()? {
                    self.skip_text()?;
                }
                for _ in 0..self.count(2)? {
                    self.skip_text()?;
                    self.skip_text()?;
                }
            }
            tag => {
                return Err(DecodeError::UnknownTag {
                    what: "object kind",
                    tag: u64::from(tag),
                });
            }
        }
        Ok(())
    }
}

fn change_of(object: ObjectId) -> Outline {
    Outline::Object {
        object,
        is_whole: false,
    }
}

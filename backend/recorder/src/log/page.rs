//! What the page is, as a document's log tells it: nodes and their changes (`runtime/dom.js`).

use recording::{
    event::Event,
    ids::ObjectId,
    page::{Annotation, Dispatch, DomChange, DomNode, DomOp, ListenerChange, Relation},
    value::{Text, Value},
};

use super::{Item, LogDecoder, Malformed, bytes::Bytes};
use crate::scripts::Scripts;

impl LogDecoder {
    /// Reads the record of a code from 0xb0 to 0xbf.
    pub(super) fn page(
        &mut self,
        code: u8,
        bytes: &mut Bytes<'_>,
        scripts: &Scripts,
    ) -> Result<Item, Malformed> {
        if code == 0xb2 {
            return Ok(Item::Secret(bytes.text()?));
        }
        if code == 0xb9 {
            return Ok(Item::Warning(
                "layouts of a page of more than 20,000 elements were not recorded".to_owned(),
            ));
        }
        if code == 0xb6 {
            let (method, url) = (self.string(bytes)?, self.string(bytes)?);
            return Ok(Item::Asked { method, url });
        }
        Ok(Item::Event(match code {
            0xb0 => Event::Dom(DomChange::Document {
                url: self.string(bytes)?,
                nodes: self.nodes(bytes, scripts)?.1,
            }),
            0xb1 => Event::Dom(DomChange::Changes(self.changes(bytes, scripts)?)),
            0xb3 => {
                let flags = bytes.byte()?;
                Event::Listener(ListenerChange {
                    is_added: flags & 1 != 0,
                    capture: flags & 2 != 0,
                    target: self.object(bytes)?,
                    handler: self.object(bytes)?,
                    event_type: self.string(bytes)?,
                })
            }
            0xb7 => {
                let layout = self.layout_changes(bytes)?;
                Event::Layout(self.layouts.add(layout))
            }
            0xb8 => Event::Styles(self.style_sheets(bytes)?),
            0xb4 => Event::Dispatch(Dispatch {
                event_type: self.string(bytes)?,
            }),
            0xb5 => Event::Annotation(Annotation {
                kind: self.string(bytes)?,
                contents: self.string(bytes)?,
            }),
            _ => return Err(bytes.malformed("unknown record")),
        }))
    }

    /// A string, written as a value.
    pub(super) fn string(&mut self, bytes: &mut Bytes<'_>) -> Result<Text, Malformed> {
        match self.value(bytes)? {
            Value::String(text) => Ok(text),
            _ => Err(bytes.malformed("no text where one is needed")),
        }
    }

    /// A node with all below it, in document order, and how it belongs to what is around it.
    fn nodes(
        &mut self,
        bytes: &mut Bytes<'_>,
        scripts: &Scripts,
    ) -> Result<(Relation, Vec<DomNode>), Malformed> {
        let mut nodes = Vec::new();
        let mut open: Vec<ObjectId> = Vec::new();
        let mut first = None;
        loop {
            let relation = match bytes.byte()? {
                0 => {
                    open.pop();
                    if open.is_empty() {
                        break;
                    }
                    continue;
                }
                1 => Relation::Child,
                2 => Relation::ShadowRoot,
                3 => Relation::ContentDocument,
                _ => return Err(bytes.malformed("unknown relation of nodes")),
            };
            let node = self.dom_node(bytes, scripts, relation, open.last().copied())?;
            first.get_or_insert(relation);
            open.push(node.id);
            nodes.push(node);
        }
        first
            .map(|relation| (relation, nodes))
            .ok_or(bytes.malformed("no node where one is needed"))
    }

    fn dom_node(
        &mut self,
        bytes: &mut Bytes<'_>,
        scripts: &Scripts,
        relation: Relation,
        parent: Option<ObjectId>,
    ) -> Result<DomNode, Malformed> {
        let mut node = DomNode {
            id: self.object(bytes)?,
            parent,
            relation,
            node_type: bytes.byte()?,
            name: self.string(bytes)?,
            value: None,
            attributes: Vec::new(),
            namespace: None,
        };
        const ELEMENT: u8 = 1;
        if node.node_type != ELEMENT {
            if bytes.byte()? != 0 {
                let value = self.string(bytes)?;
                node.value = Some(scripts.original_text(&value).unwrap_or(value));
            }
            return Ok(node);
        }
        if bytes.byte()? != 0 {
            node.namespace = Some(self.string(bytes)?);
        }
        let n_attributes = bytes.varint()?;
        for _ in 0..bytes.count(n_attributes)? {
            let name = self.string(bytes)?;
            let value = self.string(bytes)?;
            let value = scripts.original_text(&value).unwrap_or(value);
            node.attributes.push((name, value));
        }
        Ok(node)
    }

    fn changes(&mut self, bytes: &mut Bytes<'_>, scripts: &Scripts) -> Result<Vec<DomOp>, Malformed> {
        let mut ops = Vec::new();
        loop {
            ops.push(match bytes.byte()? {
                0 => return Ok(ops),
                1 => {
                    let parent = self.object(bytes)?;
                    let before = self.optional_object(bytes)?;
                    let (relation, nodes) = self.nodes(bytes, scripts)?;
                    DomOp::Insert {
                        parent,
                        relation,
                        before,
                        nodes,
                    }
                }
                2 => DomOp::Remove {
                    node: self.object(bytes)?,
                },
                3 => DomOp::Attribute {
                    node: self.object(bytes)?,
                    name: self.string(bytes)?,
                    value: match bytes.byte()? {
                        0 => None,
                        _ => Some(self.string(bytes)?),
                    },
                },
                4 => DomOp::Value {
                    node: self.object(bytes)?,
                    value: self.string(bytes)?,
                },
                5 => DomOp::Url {
                    node: self.object(bytes)?,
                    url: self.string(bytes)?,
                },
                _ => return Err(bytes.malformed("unknown change of a document")),
            });
        }
    }
}

//! Layouts and style sheets in a document's log (`runtime/layout.js`). The page only tells what changed; from time to
//! time a layout is made that says all, so that a reader never has far to look.

use std::collections::{BTreeMap, HashMap};

use recording::{
    ids::ObjectId,
    page::{ComputedStyle, ElementLayout, Layout, StyleRule, StyleSheet, StyleSheets},
    value::Text,
};

use super::{LogDecoder, Malformed, bytes::Bytes};

/// Layouts after which one says all again, if as much has changed as there is.
const LAYOUTS_PER_FULL: usize = 50;
/// The page stops long before.
const MAX_STYLES: usize = 200_000;

/// What a page tells of its layout at one time; styles by the page's own numbers, which run on.
pub(super) struct Changes {
    viewport: (f64, f64),
    scroll: (f64, f64),
    elements: Vec<ElementLayout>,
    gone: Vec<ObjectId>,
    order: Option<Vec<ObjectId>>,
}

/// The layout as it is, of one document's log.
#[derive(Default)]
pub(super) struct Layouts {
    styles: Vec<ComputedStyle>,
    elements: BTreeMap<u32, ElementLayout>,
    order: Vec<ObjectId>,
    /// The file's numbers of styles, since the last layout that says all.
    numbers: HashMap<u32, u32>,
    n_since_full: usize,
    n_elements_since_full: usize,
    has_begun: bool,
}

impl Layouts {
    /// Brings in what changed, and says what to write.
    pub(super) fn add(&mut self, changes: Changes) -> Layout {
        let Changes {
            viewport,
            scroll,
            elements,
            gone,
            order,
        } = changes;
        for id in &gone {
            self.elements.remove(&id.0);
        }
        for element in &elements {
            self.elements.insert(element.id.0, element.clone());
        }
        if let Some(order) = &order {
            self.order.clone_from(order);
        }
        self.n_since_full += 1;
        self.n_elements_since_full += elements.len();
        let is_due =
            self.n_since_full >= LAYOUTS_PER_FULL && self.n_elements_since_full >= self.elements.len();
        let is_full = is_due || !self.has_begun;
        let (mut elements, gone, order) = match is_full {
            true => {
                self.has_begun = true;
                self.n_since_full = 0;
                self.n_elements_since_full = 0;
                self.numbers.clear();
                let all = self.elements.values().cloned().collect();
                (all, Vec::new(), Some(self.order.clone()))
            }
            false => (elements, gone, order),
        };
        let mut styles = Vec::new();
        for element in &mut elements {
            element.style = self.number(element.style, &mut styles);
            for (_, style) in &mut element.pseudo {
                *style = self.number(*style, &mut styles);
            }
        }
        Layout {
            is_full,
            viewport,
            scroll,
            elements,
            gone,
            order,
            styles,
        }
    }

    /// The file's number of a style; it and those it is like are added to `styles` if they are not there yet.
    fn number(&mut self, style: u32, styles: &mut Vec<ComputedStyle>) -> u32 {
        let mut missing = Vec::new();
        let mut at = Some(style);
        // Each is like one with a smaller number.
        while let Some(number) = at.filter(|number| !self.numbers.contains_key(number)) {
            missing.push(number);
            at = self.styles.get(number as usize).and_then(|style| style.base);
        }
        for number in missing.into_iter().rev() {
            let Some(ComputedStyle { base, properties }) = self.styles.get(number as usize) else {
                continue;
            };
            styles.push(ComputedStyle {
                base: base.and_then(|base| self.numbers.get(&base).copied()),
                properties: properties.clone(),
            });
            self.numbers.insert(number, self.numbers.len() as u32);
        }
        self.numbers.get(&style).copied().unwrap_or(0)
    }
}

impl LogDecoder {
    pub(super) fn layout_changes(&mut self, bytes: &mut Bytes<'_>) -> Result<Changes, Malformed> {
        let [width, height, x, y] = distances(bytes)?;
        let mut changes = Changes {
            viewport: (width, height),
            scroll: (x, y),
            elements: Vec::new(),
            gone: Vec::new(),
            order: None,
        };
        loop {
            match bytes.byte()? {
                0 => return Ok(changes),
                1 => changes.elements.push(self.element_layout(bytes)?),
                2 => changes.gone.push(self.object(bytes)?),
                3 => {
                    let n_elements = bytes.varint()?;
                    let n_elements = bytes.count(n_elements)?;
                    let order = (0..n_elements).map(|_| self.object(bytes));
                    changes.order = Some(order.collect::<Result<_, _>>()?);
                }
                4 => {
                    let n_styles = self.layouts.styles.len();
                    let base = bytes.varint()?.checked_sub(1);
                    if base.is_some_and(|base| base as usize >= n_styles) || n_styles >= MAX_STYLES {
                        return Err(bytes.malformed("impossible style"));
                    }
                    let n_properties = bytes.varint()?;
                    let n_properties = bytes.count(n_properties)?;
                    let properties = (0..n_properties)
                        .map(|_| Ok((self.string(bytes)?, self.string(bytes)?)))
                        .collect::<Result<_, _>>()?;
                    self.layouts.styles.push(ComputedStyle { base, properties });
                }
                _ => return Err(bytes.malformed("unknown part of a layout")),
            }
        }
    }

    fn element_layout(&mut self, bytes: &mut Bytes<'_>) -> Result<ElementLayout, Malformed> {
        let id = self.object(bytes)?;
        let n_rects = bytes.varint()?;
        let n_rects = bytes.count(n_rects)?;
        let rect = distances(bytes)?;
        let edges = [distances(bytes)?, distances(bytes)?, distances(bytes)?];
        let rects = (0..n_rects).map(|_| distances(bytes)).collect::<Result<_, _>>()?;
        let sides = bytes.byte()?;
        let mut clip = [None; 4];
        for (idx, side) in clip.iter_mut().enumerate() {
            if sides & 1 << idx != 0 {
                *side = Some(distance(bytes)?);
            }
        }
        let style = self.style(bytes)?;
        let n_pseudo = bytes.varint()?;
        let pseudo = (0..bytes.count(n_pseudo)?)
            .map(|_| Ok((self.string(bytes)?, self.style(bytes)?)))
            .collect::<Result<_, _>>()?;
        Ok(ElementLayout {
            id,
            rect,
            rects,
            edges,
            clip: (sides != 0).then_some(clip),
            style,
            pseudo,
        })
    }

    fn style(&mut self, bytes: &mut Bytes<'_>) -> Result<u32, Malformed> {
        let number = bytes.varint()?;
        match (number as usize) < self.layouts.styles.len() {
            true => Ok(number),
            false => Err(bytes.malformed("unknown style")),
        }
    }

    pub(super) fn style_sheets(&mut self, bytes: &mut Bytes<'_>) -> Result<StyleSheets, Malformed> {
        let n_sheets = bytes.varint()?;
        let sheets = (0..bytes.count(n_sheets)?)
            .map(|_| self.style_sheet(bytes))
            .collect::<Result<_, _>>()?;
        let n_sheets = bytes.varint()?;
        let order = (0..bytes.count(n_sheets)?)
            .map(|_| self.sheet_number(bytes))
            .collect::<Result<_, _>>()?;
        Ok(StyleSheets { sheets, order })
    }

    /// A sheet's number is its number as an object.
    fn sheet_number(&mut self, bytes: &mut Bytes<'_>) -> Result<u32, Malformed> {
        Ok(self.object(bytes)?.0)
    }

    fn style_sheet(&mut self, bytes: &mut Bytes<'_>) -> Result<StyleSheet, Malformed> {
        let id = self.sheet_number(bytes)?;
        let owner = self.optional_object(bytes)?;
        let root = self.optional_object(bytes)?;
        let href = self.string(bytes)?;
        let is_disabled = bytes.byte()? != 0;
        let rules = match bytes.byte()? {
            0 => None,
            _ => Some(self.rules(bytes)?),
        };
        Ok(StyleSheet {
            id,
            owner,
            root,
            href: Some(href).filter(|href| !href.is_empty()),
            is_disabled,
            rules,
        })
    }

    fn rules(&mut self, bytes: &mut Bytes<'_>) -> Result<Vec<StyleRule>, Malformed> {
        let mut rules = Vec::new();
        while bytes.byte()? != 0 {
            let (selector, text) = (self.string(bytes)?, self.string(bytes)?);
            let applies = bytes.byte()? != 0;
            let layer = bytes.varint()?.checked_sub(1);
            let n_declarations = bytes.varint()?;
            let declarations = (0..bytes.count(n_declarations)?)
                .map(|_| {
                    let (name, value): (Text, Text) = (self.string(bytes)?, self.string(bytes)?);
                    Ok((name, value, bytes.byte()? != 0))
                })
                .collect::<Result<_, _>>()?;
            rules.push(StyleRule {
                selector,
                text,
                declarations,
                applies,
                layer,
                position: None,
            });
        }
        Ok(rules)
    }
}

fn distances<const N: usize>(bytes: &mut Bytes<'_>) -> Result<[f64; N], Malformed> {
    let mut all = [0.0; N];
    for one in &mut all {
        *one = distance(bytes)?;
    }
    Ok(all)
}

/// CSS pixels, written in 64ths.
fn distance(bytes: &mut Bytes<'_>) -> Result<f64, Malformed> {
    Ok(bytes.zigzag()? as f64 / 64.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn element(id: u32, style: u32) -> ElementLayout {
        ElementLayout {
            id: ObjectId(id),
            rect: [0.0, 0.0, 1.0, 1.0],
            rects: Vec::new(),
            edges: [[0.0; 4]; 3],
            clip: None,
            style,
            pseudo: Vec::new(),
        }
    }

    fn changes(elements: Vec<ElementLayout>, gone: &[u32]) -> Changes {
        Changes {
            viewport: (10.0, 10.0),
            scroll: (0.0, 0.0),
            elements,
            gone: gone.iter().map(|id| ObjectId(*id)).collect(),
            order: None,
        }
    }

    #[test]
    fn a_layout_that_says_all_comes_first_and_again_with_the_styles_that_are_used() {
        let mut layouts = Layouts::default();
        let style = |base, name: &str| ComputedStyle {
            base,
            properties: vec![(name.into(), "1".into())],
        };
        layouts.styles = vec![
            style(None, "a"),
            style(Some(0), "b"),
            style(Some(0), "c"),
            style(Some(2), "d"),
        ];
        let first = layouts.add(changes(vec![element(1, 1), element(2, 1)], &[]));
        assert!(first.is_full);
        assert_eq!(first.styles, [style(None, "a"), style(Some(0), "b")]);
        let second = layouts.add(changes(vec![element(3, 3)], &[1]));
        assert_eq!((second.is_full, second.gone.len()), (false, 1));
        // Numbered on: 2 is like 0, 3 is like 2.
        assert_eq!(second.styles, [style(Some(0), "c"), style(Some(2), "d")]);
        assert_eq!(second.elements[0].style, 3);
        let mut last = second;
        for _ in 0..LAYOUTS_PER_FULL {
            last = layouts.add(changes(vec![element(2, 0)], &[]));
            if last.is_full {
                break;
            }
        }
        assert!(last.is_full);
        let all: Vec<_> = last
            .elements
            .iter()
            .map(|element| (element.id.0, element.style))
            .collect();
        assert_eq!(all, [(2, 0), (3, 2)]);
        assert_eq!(
            last.styles,
            [style(None, "a"), style(Some(0), "c"), style(Some(1), "d")]
        );
    }
}

//! What nodes look like: whether two may be one, what is said of one, and how that changed.

use super::*;

/// Whether a node of the tree can have become what is written.
pub(super) fn is_like(live: &Live, node: &Written) -> bool {
    match (&live.kind, &node.what) {
        (Kind::Text(_), What::Text(_)) => true,
        (
            Kind::Element {
                name,
                attributes,
                is_shadow_root,
                ..
            },
            What::Element {
                name: now,
                attributes: attributes_now,
                ..
            },
        ) => {
            let id = |attributes: &[(Text, Text)]| attribute(attributes, "id").map(str::to_owned);
            name == now
                && *is_shadow_root == attribute(attributes_now, SHADOW_ROOT).is_some()
                && id(attributes) == id(attributes_now)
        }
        _ => false,
    }
}

pub(super) fn attribute<'a>(attributes: &'a [(Text, Text)], name: &str) -> Option<&'a str> {
    let found = attributes.iter().find(|(known, _)| &**known == name);
    found.map(|(_, value)| &**value)
}

/// The frame that an element shows.
pub(super) fn frame_of(attributes: &[(Text, Text)]) -> Option<&str> {
    attribute(attributes, "src")?.strip_prefix(FRAME_PREFIX)
}

/// An element with the attributes that the page knows: what Playwright noted of its state stands for them.
pub(super) fn element(name: &Text, written: &[(Text, Text)], is_in_svg: bool) -> Kind {
    let mut attributes: Vec<(Text, Text)> = Vec::with_capacity(written.len());
    let mut set = |name: &str, value: Option<&Text>| {
        attributes.retain(|(known, _)| &**known != name);
        if let Some(value) = value {
            attributes.push((name.into(), value.clone()));
        }
    };
    let own = written
        .iter()
        .filter(|(name, _)| !name.starts_with("__playwright"));
    for (name, value) in own {
        let is_frame = &**name == "src" && value.starts_with(FRAME_PREFIX);
        if !is_frame {
            set(name, Some(value));
        }
    }
    let empty: Text = "".into();
    for (name, value) in written {
        let is_true = &**value == "true";
        match &**name {
            "__playwright_value_" => set("value", Some(value)),
            "__playwright_checked_" => set("checked", is_true.then_some(&empty)),
            "__playwright_selected_" => set("selected", is_true.then_some(&empty)),
            "__playwright_dialog_open_" => set("open", Some(&empty)),
            _ => {}
        }
    }
    Kind::Element {
        is_svg: is_in_svg || &**name == "svg",
        is_shadow_root: attribute(written, SHADOW_ROOT).is_some(),
        name: name.clone(),
        attributes,
    }
}

pub(super) fn change_attributes(node: ObjectId, before: &Kind, now: &Kind, ops: &mut Vec<DomOp>) {
    let (
        Kind::Element {
            attributes: before, ..
        },
        Kind::Element { attributes: now, .. },
    ) = (before, now)
    else {
        return;
    };
    let gone = before.iter().filter(|(name, _)| attribute(now, name).is_none());
    let changed = now
        .iter()
        .filter(|(name, value)| attribute(before, name) != Some(value));
    let op = |name: &Text, value: Option<&Text>| DomOp::Attribute {
        node,
        name: name.clone(),
        value: value.cloned(),
    };
    ops.extend(gone.map(|(name, _)| op(name, None)));
    ops.extend(changed.map(|(name, value)| op(name, Some(value))));
}

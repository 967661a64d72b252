//! Commands of the CSS domain.

use wire::{
    css::{
        AppliedRule, ComputedStyleProperty, GetAppliedRules, GetAppliedRulesResult, GetComputedStyle,
        GetComputedStyleResult,
    },
    error::ErrorCode,
};

use super::applied::applied;
use crate::{
    answer::{Answer, Failure},
    dom::Element,
    pause::{AnswerInPause, Scene},
};

impl AnswerInPause for GetComputedStyle {
    fn answer(self, scene: Scene<'_>) -> Answer<GetComputedStyleResult> {
        let dom = scene.dom()?;
        let ((_, node), pseudo) = scene.named_node_or_pseudo(&dom, &self.node)?;
        let layout = scene.trace().layout_at(scene.point())?.ok_or_else(|| {
            Failure::new(
                ErrorCode::GRAPHICS_UNAVAILABLE_AT_POINT,
                "nothing is known of styles here: the recorder looks at them when the page is painted",
            )
        })?;
        let element = layout.element(node.id).ok_or_else(|| {
            Failure::command(format!(
                "{} has no computed style in the recording: it is no element, or hidden, or came after the last paint",
                node.name
            ))
        })?;
        let style = match pseudo {
            None => Some(element.style),
            Some(pseudo) => {
                let known = element
                    .pseudo
                    .iter()
                    .find(|(name, _)| **name == *pseudo.selector());
                known.map(|(_, style)| *style)
            }
        };
        let style = style
            .ok_or_else(|| Failure::command(format!("{} has no such pseudo element here", node.name)))?;
        let properties = layout
            .style(style)
            .into_iter()
            .map(|(name, value)| ComputedStyleProperty {
                name: name.to_string(),
                value: value.to_string(),
            });
        Ok(GetComputedStyleResult {
            computed_style: properties.collect(),
        })
    }
}

impl AnswerInPause for GetAppliedRules {
    fn answer(self, mut scene: Scene<'_>) -> Answer<GetAppliedRulesResult> {
        let dom = scene.dom()?;
        let (idx, node) = scene.named_node(&dom, &self.node)?;
        let Some(element) = Element::new(&dom.tree, idx) else {
            return Err(Failure::command(format!("{} is not an element", node.name)));
        };
        let sheets = scene
            .trace()
            .sheets_at(scene.point())?
            .ok_or_else(|| Failure::command("the recording says nothing of style sheets up to this point"))?;
        let mut rules = Vec::new();
        for applied in applied(&sheets, &dom, element) {
            rules.push(AppliedRule {
                rule: scene.add_rule(applied.rule)?,
                pseudo_element: applied.pseudo_element,
            });
        }
        Ok(GetAppliedRulesResult {
            rules,
            data: scene.into_data(),
        })
    }
}

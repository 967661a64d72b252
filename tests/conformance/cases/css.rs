//! Rules and styles of nodes.

use wire::{
    css::{GetAppliedRules, GetComputedStyle},
    pause::ObjectPreviewLevel,
};

use super::dom::{documents, first_nodes};
use crate::{
    hosts::Sample,
    subject::{Subject, refusal},
};

pub(crate) fn wants(_sample: &Sample) -> bool {
    true
}

pub(crate) async fn rules_say_what_they_declare(subject: &Subject) {
    for (pause, document) in documents(subject).await.iter().take(1) {
        for (id, node) in first_nodes(pause, document, 30).await {
            let params = GetAppliedRules { node: id.clone() };
            let applied = match pause.call(&params).await {
                Ok(applied) => applied,
                refused => {
                    refusal(refused);
                    continue;
                }
            };
            assert_eq!(node.node_type, 1, "only elements have rules");
            for applied in &applied.rules {
                let object = pause
                    .until_ready(|pause| pause.handle(&applied.rule).object(ObjectPreviewLevel::Full))
                    .await
                    .expect("a rule comes along");
                let rule = object.preview.as_ref().and_then(|preview| preview.rule.clone());
                let rule = rule.expect("it is a rule");
                assert!(rule.selector_text.is_some_and(|selector| !selector.is_empty()));
                let style = rule.style.expect("a style rule declares");
                let object = pause
                    .until_ready(|pause| pause.handle(&style).object(ObjectPreviewLevel::Full))
                    .await
                    .expect("what it declares comes along");
                let style = object.preview.as_ref().and_then(|preview| preview.style.clone());
                let style = style.expect("it is a block of declarations");
                assert_eq!(style.parent_rule.as_ref(), Some(&applied.rule));
            }
        }
    }
}

pub(crate) async fn computed_styles_name_each_property_once(subject: &Subject) {
    for (pause, document) in documents(subject).await.iter().take(1) {
        for (id, _) in first_nodes(pause, document, 30).await {
            let styled = match pause.call(&GetComputedStyle { node: id }).await {
                Ok(styled) => styled,
                refused => {
                    refusal(refused);
                    continue;
                }
            };
            let mut names: Vec<_> = styled
                .computed_style
                .iter()
                .map(|property| &property.name)
                .collect();
            assert!(names.iter().any(|name| *name == "display"));
            let n_names = names.len();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), n_names);
        }
    }
}

//! Values as the rows of a tree: what is open is read from a pause, what is not is left alone.

mod builder;

use std::{
    collections::{HashMap, HashSet},
    rc::Rc,
    sync::Arc,
};

use components::{preview::Token, tree::TreeRow};
use wire::{
    debugger::Location,
    ids::ObjectId,
    pause::{Object, ObjectPreviewLevel, Value},
};

use self::builder::Builder;
use super::{
    contents::{Child, Subject},
    scopes::Found,
};

/// What stands at the top of a tree.
#[derive(Clone, Debug, PartialEq)]
pub enum Root {
    /// A heading with rows under it, such as a scope.
    Group(Group),
    /// A value.
    Child(Child),
}

/// A heading with rows under it.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// What tells it from the others; the same in every pause.
    pub key: String,
    /// What it is called.
    pub name: String,
    /// Whether it begins open.
    pub begins_open: bool,
    /// Its rows, and an object whose properties follow them.
    pub contents: Found<(Vec<Child>, Option<ObjectId>)>,
}

/// The tree's rows, and what each stands for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    /// What is shown.
    pub rows: Arc<[TreeRow]>,
    /// What each row stands for.
    pub infos: Vec<RowInfo>,
    /// Whether something shown is still being asked for.
    pub is_pending: bool,
}

/// What a row stands for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RowInfo {
    /// By which it is opened and closed; the same from pause to pause, so what is open stays open while stepping.
    pub path: String,
    /// Its value, if it has one.
    pub value: Option<Value>,
    /// What it is in the program.
    pub subject: Subject,
    /// Where its action leads.
    pub target: Target,
}

/// Where the action at the end of a row leads.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Target {
    /// There is none.
    #[default]
    None,
    /// To what the getter gives.
    Getter,
    /// To where a function begins.
    Place(Location),
    /// To the node in the document.
    Node(ObjectId),
}

/// How a tree stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// Paths that are not as they begin: opened, or for headings closed.
    pub toggled: HashSet<String>,
    /// Paths of getters that were run.
    pub computed: HashSet<String>,
    /// What is searched for, in lower case; empty for nothing.
    pub query: String,
}

/// What a tree is read from.
pub struct Reader<'a> {
    /// An object at a level, wanted from now on if it is not known.
    pub object: &'a dyn Fn(&ObjectId, ObjectPreviewLevel) -> Found<Rc<Object>>,
    /// What a getter gives, wanted from now on if it is not known.
    pub property: &'a dyn Fn(&ObjectId, &str) -> Found<wire::pause::Result>,
    /// A place in a few characters: `app.js:12`.
    pub place: &'a dyn Fn(&Location) -> String,
    /// What the rows held before, to mark what changed since.
    pub before: Option<&'a Before>,
    /// Earlier rows of the tree, to stand in for the contents of objects that are on their way.
    pub stale: Option<&'a Rows>,
}

/// What rows held, by path.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Before {
    by_path: HashMap<String, (Value, String)>,
}

impl Before {
    /// Remembers rows.
    pub fn new(rows: &Rows) -> Self {
        let values = rows.rows.iter().zip(&rows.infos).filter_map(|(row, info)| {
            let value = info.value.clone()?;
            Some((info.path.clone(), (value, text(&row.tokens))))
        });
        Self {
            by_path: values.collect(),
        }
    }

    fn differs(&self, path: &str, value: &Value, tokens: &[Token]) -> bool {
        match self.by_path.get(path) {
            None => false,
            // The same id is the same object in one pause only, so objects are told apart by what they show.
            Some((Value::Object(_), before)) if value.as_object().is_some() => {
                let now = text(tokens);
                before != "…" && now != "…" && *before != now
            }
            Some((before, _)) => before != value,
        }
    }
}

impl Rows {
    /// The rows of a tree.
    pub fn new(roots: &[Root], state: &State, reader: &Reader<'_>) -> Self {
        Builder::new(state, reader).rows_of(roots)
    }

    /// A row's value as an expression of the program, or None if JavaScript has none for it.
    pub fn expression(&self, row: usize) -> Option<String> {
        let mut steps = vec![row];
        let mut depth = self.rows.get(row)?.depth;
        for above in (0..row).rev() {
            let at = self.rows.get(above)?.depth;
            if at < depth {
                depth = at;
                steps.push(above);
            }
        }
        let mut expression = String::new();
        for at in steps.into_iter().rev() {
            let info = self.infos.get(at)?;
            let is_value = info.value.is_some() || info.target == Target::Getter;
            match &info.subject {
                Subject::Variable { name, .. } => expression = name.clone(),
                Subject::Property { name, is_symbol, .. } => {
                    (!is_symbol).then_some(())?;
                    push_member(&mut expression, name);
                }
                Subject::Entry { key: Some(key), .. } => expression.push_str(&format!(".get({key})")),
                Subject::Entry { key: None, .. } => {
                    let index = &self.rows.get(at)?.name;
                    expression = format!("[...{expression}][{index}]");
                }
                Subject::None if !is_value => {}
                Subject::None => {
                    expression = match self.rows.get(at)?.name.as_str() {
                        "this" => "this".to_owned(),
                        "[[Prototype]]" => format!("Object.getPrototypeOf({expression})"),
                        "key" => format!("{expression}[0]"),
                        "value" => format!("{expression}[1]"),
                        _ => return None,
                    };
                }
            }
        }
        (!expression.is_empty()).then_some(expression)
    }
}

fn push_member(expression: &mut String, name: &str) {
    let is_name_char = |char: char| char.is_alphanumeric() || matches!(char, '_' | '$');
    let bare = name.strip_prefix('#').unwrap_or(name);
    let is_name = bare.chars().all(is_name_char) && !bare.starts_with(|char: char| char.is_ascii_digit());
    if is_name && !bare.is_empty() {
        expression.push('.');
        expression.push_str(name);
    } else if name.bytes().all(|byte| byte.is_ascii_digit()) && !name.is_empty() {
        expression.push_str(&format!("[{name}]"));
    } else {
        expression.push_str(&format!("[{}]", super::literal::quoted(name, usize::MAX)));
    }
}

/// The text of a line.
pub fn text(tokens: &[Token]) -> String {
    tokens.iter().map(|token| token.text.as_str()).collect()
}

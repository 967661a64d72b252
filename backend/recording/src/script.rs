//! Scripts: where a program can stop, its functions, scopes and variables. Ids are global to the file; each script
//! owns consecutive ranges of them, so a table is indexed by `id - first`.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::ids::{BindingId, FunctionId, ScopeId, ScriptId, SiteId};

/// One script as the browser loaded it (a script loaded twice is two scripts).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Script {
    /// Its number.
    pub id: ScriptId,
    /// Its URL; the document's URL for an inline script; empty if it has none.
    pub url: String,
    /// How it came.
    pub kind: ScriptKind,
    /// How much was recorded: 0 nothing, 1 positions, 2 also values of variables, 3 also the history of objects.
    pub level: u8,
    /// sha-256 of the text, hexadecimal; names the text's entry in the file.
    pub hash: String,
    /// Number of UTF-16 code units of the text.
    pub n_code_units: u32,
    /// Number of lines of the text.
    pub n_lines: u32,
    /// Line of the document where an inline script's text begins, 0-based; 0 otherwise.
    pub document_line: u32,
    /// The script's `sourceMappingURL`, resolved, if it names one.
    pub source_map_url: Option<String>,
    /// First id of `sites`.
    pub first_site: SiteId,
    /// Where it can stop, in the order of the instrumenter.
    pub sites: Vec<Site>,
    /// First id of `functions`.
    pub first_function: FunctionId,
    /// Functions; the first is the script's top level.
    pub functions: Vec<Function>,
    /// First id of `scopes`.
    pub first_scope: ScopeId,
    /// Scopes, parents before children; the first is the script's root scope.
    pub scopes: Vec<Scope>,
    /// First id of `bindings`.
    pub first_binding: BindingId,
    /// Variables.
    pub bindings: Vec<Binding>,
}

/// How a script came into the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ScriptKind {
    /// `<script src>`
    External,
    /// `<script>…</script>`
    Inline,
    /// A module with a URL (static or dynamic import).
    Module,
    /// `<script type=module>…</script>`
    InlineModule,
    /// `eval`, `new Function`, an event attribute.
    Eval,
}

/// A position in a script's text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Position {
    /// Line, 1-based.
    pub line: u32,
    /// Column, 0-based, in UTF-16 code units.
    pub column: u32,
}

/// A place where the program can stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// Where.
    pub position: Position,
    /// In which function.
    pub function: FunctionId,
    /// In which innermost scope.
    pub scope: ScopeId,
    /// What stands there.
    pub kind: SiteKind,
}

/// What stands at a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SiteKind {
    /// A statement.
    Statement,
    /// The test of a loop.
    LoopTest,
    /// The update of a `for` loop.
    LoopUpdate,
    /// The expression body of an arrow function.
    ArrowBody,
}

/// A function, or a script's top level.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Function {
    /// Its name, as a debugger shows it; empty if it has none (the top level has none).
    pub name: String,
    /// What kind it is.
    pub kind: FunctionKind,
    /// Whether it is `async`.
    pub is_async: bool,
    /// Whether it is a generator.
    pub is_generator: bool,
    /// Its first character.
    pub start: Position,
    /// Just past its last character.
    pub end: Position,
    /// The first position of its body (after `{`, or the arrow's expression).
    pub body: Position,
    /// The variables its parameters bind, in order: what [`crate::record::Record::Enter`]'s arguments belong to.
    pub parameters: Vec<BindingId>,
    /// The function around it; None for the top level.
    pub parent: Option<FunctionId>,
    /// Its own scope, in which its parameters live.
    pub scope: ScopeId,
}

/// What kind of function it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FunctionKind {
    /// A script's top level.
    TopLevel,
    /// `function f() {}` and function expressions.
    Function,
    /// `() => {}`
    Arrow,
    /// A method, getter or setter of an object or class.
    Method,
    /// A class's constructor.
    Constructor,
    /// A class's static block or field initialiser.
    Initializer,
}

/// A lexical scope.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scope {
    /// What opens it.
    pub kind: ScopeKind,
    /// The scope around it; None for the root.
    pub parent: Option<ScopeId>,
    /// The function it lies in (its own function for a function's scope).
    pub function: FunctionId,
    /// Its first character.
    pub start: Position,
    /// Just past its last character.
    pub end: Position,
    /// The variables it declares.
    pub bindings: Vec<BindingId>,
    /// Whether each run of it is an instance of its own ([`crate::record::Record::Scope`]); else its variables belong
    /// to the frame, or to STATIC at the root.
    pub has_instances: bool,
}

/// What opens a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ScopeKind {
    /// The top of a classic script: its declarations are global.
    Script,
    /// The top of a module.
    Module,
    /// A function, with its parameters and body.
    Function,
    /// A block, loop head, `switch` body.
    Block,
    /// A `catch` clause.
    Catch,
    /// A class body, or a named function expression's own name.
    Name,
}

/// A variable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Binding {
    /// Its name.
    pub name: Arc<str>,
    /// What declares it.
    pub kind: BindingKind,
    /// The scope that declares it.
    pub scope: ScopeId,
    /// Where it is declared.
    pub position: Position,
}

/// What declares a variable. `Let`, `Const` and `Class` are uninitialized until written; others are undefined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BindingKind {
    /// `var`
    Var,
    /// `let`
    Let,
    /// `const`
    Const,
    /// A parameter.
    Parameter,
    /// A function declaration (or a named function expression's own name).
    Function,
    /// A class declaration.
    Class,
    /// A `catch` parameter.
    Catch,
    /// An import: its value lives in the exporting module.
    Import,
}

//! Sources whose text is known and of whose execution nothing or little is.

use std::collections::HashSet;

use recording::{
    ids::{BindingId, FunctionId, ScopeId, ScriptId, SiteId},
    script::{Function, FunctionKind, Position, Scope, ScopeKind, Script, ScriptKind, Site, SiteKind},
};

use crate::hash::sha256;

/// All sources of a recording, with consecutive ids.
#[derive(Default)]
pub(crate) struct Scripts {
    pub(crate) all: Vec<(Script, String)>,
    n_sites: u32,
    n_functions: u32,
    n_scopes: u32,
}

impl Scripts {
    /// Adds a source nothing ran of, as far as is known.
    pub(crate) fn add_text(&mut self, url: &str, text: String) {
        self.add(url, text, &[], &[]);
    }

    /// Adds a source of which some functions ran, at some places: of each function its name, of each place its position and the
    /// number of its function (0 is the top level, then the functions in order). Gives the first function's and the first
    /// place's id.
    pub(crate) fn add(
        &mut self,
        url: &str,
        text: String,
        functions: &[&str],
        places: &[(Position, usize)],
    ) -> (FunctionId, SiteId) {
        let lines = Lines::of(&text);
        let (first_function, first_scope) = (FunctionId(self.n_functions), ScopeId(self.n_scopes));
        // Site 0 belongs to no script, nor does variable 0.
        let first_site = SiteId(self.n_sites + 1);
        let span = |number: usize| {
            let own = places.iter().filter(|(_, function)| *function == number);
            let positions = own.map(|(position, _)| *position);
            match (number, positions.clone().min(), positions.max()) {
                (1.., Some(first), Some(last)) => (first, last),
                _ => (START, lines.end),
            }
        };
        let names = std::iter::once(&"").chain(functions);
        let made = names.clone().enumerate().map(|(number, name)| {
            let (start, end) = span(number);
            Function {
                name: (*name).to_owned(),
                kind: match number {
                    0 => FunctionKind::TopLevel,
                    _ => FunctionKind::Function,
                },
                is_async: number > 0,
                is_generator: false,
                start,
                end,
                body: start,
                parameters: Vec::new(),
                parent: (number > 0).then_some(first_function),
                scope: ScopeId(first_scope.0 + number as u32),
            }
        });
        let scopes = (0..=functions.len()).map(|number| {
            let (start, end) = span(number);
            Scope {
                kind: match number {
                    0 => ScopeKind::Module,
                    _ => ScopeKind::Function,
                },
                parent: (number > 0).then_some(first_scope),
                function: FunctionId(first_function.0 + number as u32),
                start,
                end,
                bindings: Vec::new(),
                has_instances: false,
            }
        });
        let sites = places.iter().map(|(position, function)| Site {
            position: *position,
            function: FunctionId(first_function.0 + *function as u32),
            scope: ScopeId(first_scope.0 + *function as u32),
            kind: SiteKind::Statement,
        });
        let script = Script {
            id: ScriptId(self.all.len() as u32),
            url: url.to_owned(),
            kind: ScriptKind::Module,
            level: u8::from(!places.is_empty()),
            hash: sha256(text.as_bytes()),
            n_code_units: lines.n_code_units,
            n_lines: lines.end.line,
            document_line: 0,
            source_map_url: None,
            first_site,
            sites: sites.collect(),
            first_function,
            functions: made.collect(),
            first_scope,
            scopes: scopes.collect(),
            first_binding: BindingId(1),
            bindings: Vec::new(),
        };
        self.n_sites += places.len() as u32;
        self.n_functions += functions.len() as u32 + 1;
        self.n_scopes += functions.len() as u32 + 1;
        self.all.push((script, text));
        (first_function, first_site)
    }
}

const START: Position = Position { line: 1, column: 0 };

struct Lines {
    end: Position,
    n_code_units: u32,
}

impl Lines {
    fn of(text: &str) -> Self {
        let units = |text: &str| text.encode_utf16().count() as u32;
        let last = text.rsplit('\n').next().unwrap_or_default();
        Self {
            end: Position {
                line: text.matches('\n').count() as u32 + 1,
                column: units(last),
            },
            n_code_units: units(text),
        }
    }
}

/// Scripts of the page, from the bodies of requests: each address once for each text that it had.
#[derive(Default)]
pub(crate) struct PageScripts(HashSet<(String, String)>);

impl PageScripts {
    /// Whether this is the first time that this text came from this address.
    pub(crate) fn is_new(&mut self, url: &str, hash: &str) -> bool {
        self.0.insert((url.to_owned(), hash.to_owned()))
    }
}

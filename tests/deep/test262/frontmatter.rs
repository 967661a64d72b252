//! The comment at the head of a test262 test that says how it is to be run.

/// What of it matters here.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Frontmatter {
    /// `onlyStrict`, `noStrict`, `module`, `raw`, `async`, …
    flags: Vec<String>,
    /// Harness files to run before the test.
    pub(crate) includes: Vec<String>,
}

impl Frontmatter {
    pub(crate) fn read(text: &str) -> Self {
        let block = text
            .split_once("/*---")
            .and_then(|(_, rest)| rest.split_once("---*/"))
            .map_or("", |(block, _)| block);
        Self {
            flags: items(block, "flags:"),
            includes: items(block, "includes:"),
        }
    }

    pub(crate) fn has(&self, flag: &str) -> bool {
        self.flags.iter().any(|found| found == flag)
    }
}

/// A list, as `name: [a, b]` or as lines `- a`.
fn items(block: &str, name: &str) -> Vec<String> {
    let lines: Vec<&str> = block.split(['\n', '\r']).collect();
    let Some(at) = lines.iter().position(|line| line.starts_with(name)) else {
        return Vec::new();
    };
    let rest = lines.get(at..).unwrap_or_default().join("\n");
    let Some(value) = rest.get(name.len()..) else {
        return Vec::new();
    };
    if let Some(list) = value.trim_start().strip_prefix('[') {
        let list = list.split(']').next().unwrap_or_default();
        return list
            .split(',')
            .map(|item| item.trim().to_owned())
            .filter(|item| !item.is_empty())
            .collect();
    }
    value
        .lines()
        .skip(1)
        .filter(|line| !line.trim().is_empty())
        .map_while(|line| line.trim().strip_prefix("- "))
        .map(|item| item.trim().to_owned())
        .collect()
}

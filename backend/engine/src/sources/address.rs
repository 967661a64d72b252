//! Addresses of original sources: what source maps name is relative to the map. Bundlers invent schemes of their own
//! (`webpack://`), so this is plain text work and never fails.

/// The address of an original source that a map at `base` names.
pub(crate) fn of_original(base: &str, root: &str, name: &str) -> String {
    let joined = match root {
        "" => name.to_owned(),
        root if root.ends_with('/') || name.is_empty() => format!("{root}{name}"),
        root => format!("{root}/{name}"),
    };
    // A name that is an address of its own has no root.
    let name = if scheme_len(name).is_some() { name } else { &joined };
    if let Some(len) = scheme_len(name) {
        let (scheme, rest) = name.split_at(len);
        return match authority_len(rest) {
            // What stands behind `webpack:///` is a path without a host.
            Some(len) => {
                let (authority, path) = rest.split_at(len);
                format!("{scheme}{authority}{}", normal_path(path))
            }
            None => name.to_owned(),
        };
    }
    let Some(len) = scheme_len(base) else {
        return normal_path(name);
    };
    let (scheme, rest) = base.split_at(len);
    let authority = authority_len(rest).and_then(|len| rest.split_at_checked(len));
    let Some((authority, base_path)) = authority else {
        // `data:` and the like have no folder.
        return normal_path(name);
    };
    if name.starts_with("//") {
        return format!("{scheme}{name}");
    }
    let base_path = base_path.split(['?', '#']).next().unwrap_or_default();
    let folder = base_path
        .rfind('/')
        .and_then(|at| base_path.get(..=at))
        .unwrap_or("/");
    let path = if name.starts_with('/') {
        name.to_owned()
    } else {
        format!("{folder}{name}")
    };
    format!("{scheme}{authority}{}", normal_path(&path))
}

/// The length of `scheme:`, if there is one.
fn scheme_len(address: &str) -> Option<usize> {
    let len = address.find(':')?;
    let scheme = address.get(..len)?;
    let is_scheme = scheme.len() > 1
        && scheme.starts_with(|char: char| char.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|char| char.is_ascii_alphanumeric() || matches!(char, '+' | '-' | '.'));
    is_scheme.then_some(len + 1)
}

/// The length of `//host`, if there is one.
fn authority_len(rest: &str) -> Option<usize> {
    let host = rest.strip_prefix("//")?;
    Some(2 + host.find('/').unwrap_or(host.len()))
}

/// Without `.` and `..`, as far as they lead anywhere.
fn normal_path(path: &str) -> String {
    let is_absolute = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." if parts.last().is_some_and(|last| !matches!(*last, ".." | "")) => {
                parts.pop();
            }
            ".." if is_absolute => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::of_original;

    #[test]
    fn names_are_relative_to_the_map() {
        let base = "https://site.test/js/app.js.map?v=1";
        let check =
            |root: &str, name: &str, expected: &str| assert_eq!(of_original(base, root, name), expected);
        check("", "app.ts", "https://site.test/js/app.ts");
        check("", "../src/./app.ts", "https://site.test/src/app.ts");
        check("", "../../../app.ts", "https://site.test/app.ts");
        check("", "/src/app.ts", "https://site.test/src/app.ts");
        check("", "//cdn.test/app.ts", "https://cdn.test/app.ts");
        check("src", "app.ts", "https://site.test/js/src/app.ts");
        check("/base/", "app.ts", "https://site.test/base/app.ts");
        check("https://other.test/x", "app.ts", "https://other.test/x/app.ts");
        check("src", "https://other.test/app.ts", "https://other.test/app.ts");
        check(
            "",
            "webpack://name/./src/app.ts?1234",
            "webpack://name/src/app.ts?1234",
        );
        check("webpack:///", "src/app.ts", "webpack:///src/app.ts");
        check("", "", "https://site.test/js/");
        assert_eq!(of_original("data:application/json,x", "", "a.ts"), "a.ts");
        assert_eq!(of_original("", "", "../a.ts"), "../a.ts");
    }
}

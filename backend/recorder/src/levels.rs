//! How much is recorded of which script.

/// A pattern of URLs: `*` stands for any characters, everything else for itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob(String);

impl Glob {
    /// A pattern; every text is one.
    pub fn new(pattern: &str) -> Self {
        Self(pattern.to_owned())
    }

    /// Whether all of a URL is what the pattern says.
    pub fn matches(&self, url: &str) -> bool {
        let mut parts = self.0.split('*');
        let Some(mut rest) = url.strip_prefix(parts.next().unwrap_or_default()) else {
            return false;
        };
        let parts: Vec<&str> = parts.collect();
        let Some((last, middle)) = parts.split_last() else {
            return rest.is_empty();
        };
        for part in middle {
            let Some(at) = rest.find(part) else { return false };
            rest = rest.get(at + part.len()..).unwrap_or_default();
        }
        rest.ends_with(last)
    }
}

/// The level of a script: the first pattern that matches, else 3 for the page's own code and 1 for others'.
pub(crate) fn level_of(url: &str, document_url: &str, levels: &[(Glob, u8)]) -> u8 {
    if let Some((_, level)) = levels.iter().find(|(glob, _)| glob.matches(url)) {
        return (*level).min(3);
    }
    if is_vendor(url) || !is_same_host(url, document_url) {
        1
    } else {
        3
    }
}

fn is_vendor(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    path.ends_with(".min.js")
        || path.ends_with(".min.mjs")
        || ["/node_modules/", "/vendor/", "/vendors/"]
            .iter()
            .any(|folder| path.contains(folder))
}

fn is_same_host(url: &str, document_url: &str) -> bool {
    let host = |url: &str| {
        url::Url::parse(url)
            .ok()
            .and_then(|url| url.host_str().map(str::to_owned))
    };
    match (host(url), host(document_url)) {
        (Some(host), Some(document_host)) => site_of(&host) == site_of(&document_host),
        _ => true,
    }
}

/// The last two labels of a name: `cdn.shop.example` is the shop's own. Addresses stay whole.
fn site_of(host: &str) -> &str {
    if host.ends_with(|c: char| c.is_ascii_digit()) {
        return host;
    }
    let mut dots = host.rmatch_indices('.').map(|(at, _)| at);
    dots.nth(1).and_then(|at| host.get(at + 1..)).unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_urls() {
        let matches = |pattern: &str, url: &str| Glob::new(pattern).matches(url);
        assert!(matches("https://a/*.js", "https://a/x/y.js"));
        assert!(!matches("https://a/*.js", "https://a/x/y.js?v=1"));
        assert!(matches("*react*", "https://cdn/react-dom.js"));
        assert!(matches("*", ""));
        assert!(!matches("https://a/", "https://a/b"));
        assert!(matches("*a*ab", "xaab"));
    }

    #[test]
    fn own_code_is_recorded_whole_and_others_by_position() {
        let level = |url: &str| level_of(url, "https://shop.example/", &[]);
        assert_eq!(level("https://shop.example/app.js"), 3);
        assert_eq!(level("https://static.shop.example/app.js"), 3);
        assert_eq!(level("https://shop.example/node_modules/x/index.js"), 1);
        assert_eq!(level("https://shop.example/jquery.min.js?v=3"), 1);
        assert_eq!(level("https://cdn.other.example/lib.js"), 1);
        let levels = [(Glob::new("*cdn.other*"), 2), (Glob::new("*"), 0)];
        assert_eq!(
            level_of(
                "https://cdn.other.example/lib.js",
                "https://shop.example/",
                &levels
            ),
            2
        );
        assert_eq!(
            level_of("https://shop.example/app.js", "https://shop.example/", &levels),
            0
        );
    }
}

//! What texts are coloured like, read at once and in slices.

use CodeKind::*;

use super::*;

/// All spans, read in slices of `slice` bytes.
fn spans(text: &str, language: Language, slice: usize) -> Vec<CodeSpan> {
    let (mut state, mut spans, mut at) = (State::new(language), Vec::new(), 0);
    while at < text.len() {
        at = run(text, language, at, at + slice, &mut state, &mut spans);
    }
    spans
}

#[track_caller]
fn check(language: Language, text: &str, expected: &[(&str, CodeKind)]) {
    let found: Vec<(&str, CodeKind)> = spans(text, language, usize::MAX / 2)
        .into_iter()
        .filter(|span| span.kind != Punctuation)
        .map(|span| (&text[span.begin as usize..span.end as usize], span.kind))
        .collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn words_strings_and_numbers() {
    check(
        Language::Script,
        "const n = add(1.5, 'it\\'s'); // sum",
        &[
            ("const", Keyword),
            ("add", Function),
            ("1.5", Number),
            ("'it\\'s'", String),
            ("// sum", Comment),
        ],
    );
    check(Language::Script, "x.default.of", &[]);
    check(Language::Script, "new Map", &[("new", Keyword), ("Map", Type)]);
    check(
        Language::Script,
        "'open\nlet",
        &[("'open", String), ("let", Keyword)],
    );
}

#[test]
fn a_slash_divides_after_a_value_and_begins_a_pattern_elsewhere() {
    check(Language::Script, "a / b / c", &[]);
    check(
        Language::Script,
        "x = /[/]\\//gi / 2",
        &[("/[/]\\//gi", String), ("2", Number)],
    );
    check(
        Language::Script,
        "return /a/",
        &[("return", Keyword), ("/a/", String)],
    );
}

#[test]
fn templates_nest() {
    check(
        Language::Script,
        "`a${ f({b: `c`}) }d`;1",
        &[
            ("`a", String),
            ("f", Function),
            ("`c`", String),
            ("d`", String),
            ("1", Number),
        ],
    );
}

#[test]
fn elements_stand_in_code() {
    check(
        Language::Script,
        "return <li key={id} a=\"b\">let {name} <b/></li> / 2;",
        &[
            ("return", Keyword),
            ("<li", Type),
            ("key", Key),
            ("a", Key),
            ("\"b\"", String),
            (">", Type),
            ("<b", Type),
            ("/>", Type),
            ("</li>", Type),
            ("2", Number),
        ],
    );
    check(Language::Script, "a<b, c>d", &[]);
    check(Language::Script, "(<>x</>)", &[("<>", Type), ("</>", Type)]);
}

#[test]
fn types_are_no_elements() {
    check(
        Language::TypeScript,
        "interface A { n: number } const x = <T>y;",
        &[
            ("interface", Keyword),
            ("A", Type),
            ("number", Type),
            ("const", Keyword),
            ("T", Type),
        ],
    );
    check(
        Language::Tsx,
        "const f = <T,>(x: T) => <b/>",
        &[
            ("const", Keyword),
            ("T", Type),
            ("T", Type),
            ("<b", Type),
            ("/>", Type),
        ],
    );
}

#[test]
fn scripts_and_styles_in_pages_are_read_as_such() {
    check(
        Language::Html,
        "<p id=\"x\">let</p><script>let y = '</p>'</script><style>a{top:0}</style><!-- z -->",
        &[
            ("<p", Type),
            ("id", Key),
            ("\"x\"", String),
            (">", Type),
            ("</p", Type),
            (">", Type),
            ("<script", Type),
            (">", Type),
            ("let", Keyword),
            ("'</p>'", String),
            ("</script", Type),
            (">", Type),
            ("<style", Type),
            (">", Type),
            ("a", Type),
            ("top", Key),
            ("0", Number),
            ("</style", Type),
            (">", Type),
            ("<!-- z -->", Comment),
        ],
    );
    check(
        Language::Html,
        "<script>`open</script><i>",
        &[
            ("<script", Type),
            (">", Type),
            ("`open", String),
            ("</script", Type),
            (">", Type),
            ("<i", Type),
            (">", Type),
        ],
    );
}

#[test]
fn style_sheets() {
    check(
        Language::Css,
        "@media print { .a:hover { color: #fff; margin: 1.5em auto !important } }/* b */ p::after{content:'x'}",
        &[
            ("@media", Keyword),
            ("print", Type),
            (".a", Type),
            (":hover", Function),
            ("color", Key),
            ("#fff", Number),
            ("margin", Key),
            ("1.5em", Number),
            ("!important", Keyword),
            ("/* b */", Comment),
            ("p", Type),
            ("::after", Function),
            ("content", Key),
            ("'x'", String),
        ],
    );
}

#[test]
fn data_has_keys() {
    check(
        Language::Json,
        r#"{"a": [1, "b"], "c": null}"#,
        &[
            ("\"a\"", Key),
            ("1", Number),
            ("\"b\"", String),
            ("\"c\"", Key),
            ("null", Keyword),
        ],
    );
}

/// Texts that break off in the middle of everything, and nest what can be nested.
fn hostile() -> Vec<std::string::String> {
    let mut texts: Vec<_> = [
        "`${",
        "/",
        "/*",
        "\"\\",
        "<",
        "<!--",
        "<script",
        "}}}}`",
        "${{`",
        "/[",
        "é'ß",
        "<a b='",
        "<a{",
        "(<a>{`${<b c='{d}'>",
        "a{b:c;d",
        "@",
        "#",
        "<style>a{",
        "\\",
        "<a\n/",
        "</",
        "<>",
        "{\"a",
        "-",
        "--x:",
        "<script></SCRIPT></script >é",
        "x=/é/é",
        "日本'日本",
        "a:b{c:d}e{",
    ]
    .map(str::to_owned)
    .into();
    texts.extend(["(<a>{", "`${", "{", "<b ", "(", "a{"].map(|part| part.repeat(2_000)));
    texts
}

const ALL: [Language; 7] = [
    Language::Script,
    Language::TypeScript,
    Language::Tsx,
    Language::Html,
    Language::Css,
    Language::Json,
    Language::Plain,
];

#[test]
fn no_text_breaks_it() {
    for text in hostile() {
        for language in ALL {
            for slice in [1, 7, 1 << 20] {
                let spans = spans(&text, language, slice);
                assert!(
                    spans.windows(2).all(|pair| pair[0].end <= pair[1].begin),
                    "{text}"
                );
                assert!(
                    spans
                        .iter()
                        .all(|span| text.get(span.begin as usize..span.end as usize).is_some()),
                    "{language:?} in slices of {slice}: {text}"
                );
            }
        }
    }
}

#[test]
fn slices_make_no_difference() {
    let text = "import { a } from './b.js'; /* one\ntwo */ const t = `x ${ a + `${1}` } y`; // end\n\
                return <div className={t} id=\"q\">text {a.map((x) => <i key={x}/>)}</div>; /re[/]g/g.test('s');\n";
    for language in [Language::Script, Language::Tsx] {
        let whole = spans(text, language, 1 << 20);
        for slice in [1, 3, 16] {
            let merged = spans(text, language, slice);
            let kind_at = |spans: &[CodeSpan], at: u32| {
                spans
                    .iter()
                    .find(|span| span.begin <= at && at < span.end)
                    .map(|span| span.kind)
            };
            for at in 0..text.len() as u32 {
                assert_eq!(
                    kind_at(&merged, at),
                    kind_at(&whole, at),
                    "byte {at} in slices of {slice}"
                );
            }
        }
    }
}

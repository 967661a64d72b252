//! Blocks of declarations as text, and `style` attributes taken apart.

use cssparser::{Delimiter, ParseError, Parser, ParserInput, Token};

/// A declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Declaration {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) is_important: bool,
}

/// The declarations of a `style` attribute, as they are written; what is none is passed over.
pub(crate) fn inline_declarations(text: &str) -> Vec<Declaration> {
    let mut input = ParserInput::new(text);
    let mut parser = Parser::new(&mut input);
    let mut declarations = Vec::new();
    while !parser.is_exhausted() {
        let declared = parser.parse_until_after(Delimiter::Semicolon, declaration);
        declarations.extend(declared.ok());
    }
    declarations
}

fn declaration<'i>(parser: &mut Parser<'i, '_>) -> Result<Declaration, ParseError<'i, ()>> {
    let name = parser.expect_ident_cloned()?;
    parser.expect_colon()?;
    parser.skip_whitespace();
    let start = parser.position();
    let mut is_important = false;
    loop {
        match parser.next() {
            Ok(Token::Delim('!')) => {
                parser.expect_ident_matching("important")?;
                is_important = true;
            }
            Ok(_) => {}
            Err(_) => break,
        }
    }
    let text = parser.slice_from(start);
    let value = match is_important {
        true => text.rsplit_once('!').map_or(text, |(value, _)| value),
        false => text,
    };
    let value = value.trim();
    // Names of custom properties are not the same in upper and lower case.
    let is_custom = name.starts_with("--");
    Ok(Declaration {
        name: if is_custom {
            name.to_string()
        } else {
            name.to_ascii_lowercase()
        },
        value: value.to_owned(),
        is_important,
    })
}

/// A block of declarations as CSS text.
pub(crate) fn to_text<'d>(declarations: impl IntoIterator<Item = &'d Declaration>) -> String {
    let mut text = String::new();
    for Declaration {
        name,
        value,
        is_important,
    } in declarations
    {
        if !text.is_empty() {
            text.push(' ');
        }
        let important = if *is_important { " !important" } else { "" };
        text.extend([name, ": ", value, important, ";"]);
    }
    text
}

//! Error texts as the inventory keeps them.

use std::fmt::Write;

/// Quotes bytes as Go's `strconv.QuoteToASCII` does, which is how error texts are stored: always in double quotes, so
/// no error is `""`; control characters and everything beyond ASCII are escaped.
pub fn quote(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() + 2);
    out.push('"');
    for chunk in bytes.utf8_chunks() {
        chunk.valid().chars().for_each(|c| push_char(&mut out, c));
        // Writing to a string cannot fail.
        chunk.invalid().iter().for_each(|byte| _ = write!(out, "\\x{byte:02x}"));
    }
    out.push('"');
    out
}

fn push_char(out: &mut String, c: char) {
    match c {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\x07' => out.push_str("\\a"),
        '\x08' => out.push_str("\\b"),
        '\x0c' => out.push_str("\\f"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\x0b' => out.push_str("\\v"),
        ' '..='~' => out.push(c),
        '\0'..='\x7f' => _ = write!(out, "\\x{:02x}", u32::from(c)),
        '\u{80}'..='\u{ffff}' => _ = write!(out, "\\u{:04x}", u32::from(c)),
        _ => _ = write!(out, "\\U{:08x}", u32::from(c)),
    }
}

#[cfg(test)]
mod tests {
    use super::quote;

    #[test]
    fn as_go_does() {
        for (bytes, quoted) in [
            (&b""[..], r#""""#),
            (b"error 'x'", r#""error 'x'""#),
            (b"a\"b\\c\nd\te", r#""a\"b\\c\nd\te""#),
            ("\u{e9} \u{1f600} \u{fffd}".as_bytes(), r#""\u00e9 \U0001f600 \ufffd""#),
            (b"\x01\x7f\xff", r#""\x01\x7f\xff""#),
        ] {
            assert_eq!(quote(bytes), quoted);
        }
    }
}

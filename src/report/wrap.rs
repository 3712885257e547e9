//! Paragraphs in a given width.

/// Breaks a text at blanks into lines of at most `width` characters, the first one beginning with `first` and the
/// others indented as far. A single word too long for a line gets one of its own. A width of 0 does not break.
pub(super) fn hanging(text: &str, width: u16, first: &str) -> String {
    let limit = if width == 0 { usize::MAX } else { usize::from(width) };
    let indent = first.chars().count();
    let mut lines = vec![first.to_owned()];
    let mut used = indent;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        let starts_line = used == indent;
        if !starts_line && used + 1 + length > limit {
            lines.push(" ".repeat(indent));
            used = indent;
        }
        if let Some(line) = lines.last_mut() {
            if used > indent {
                line.push(' ');
                used += 1;
            }
            line.push_str(word);
            used += length;
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::hanging;

    #[test]
    fn lines_fit_and_hang() {
        assert_eq!(hanging("a bb ccc dddd", 8, "- "), "- a bb\n  ccc\n  dddd");
        assert_eq!(hanging("abcdefghijkl mn", 5, "  "), "  abcdefghijkl\n  mn");
        assert_eq!(hanging("a b c", 0, ""), "a b c");
        assert_eq!(hanging("", 5, "- "), "- ");
    }
}

//! YAML of the same values.

use serde::Serialize;

/// Plain words that readers of YAML 1.1, still the most common, take for truth values; `OFF` and `No` occur as texts.
const WORDS: [&str; 6] = ["y", "n", "yes", "no", "on", "off"];

/// YAML of a value; ends with a line end.
///
/// # Errors
/// Only for a value that has no YAML form, which none of this room's has.
pub fn yaml(value: &impl Serialize) -> Result<String, serde_yaml::Error> {
    serde_yaml::to_string(value).map(|text| quote_words(&text))
}

/// Puts quotes around [`WORDS`] that stand alone as a value. Lines of a text block are left as they are.
fn quote_words(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len());
    let mut block_below = None;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end_matches('\n');
        let indent = content.len() - content.trim_start().len();
        if block_below.is_some_and(|above| indent > above || content.is_empty()) {
            quoted.push_str(line);
            continue;
        }
        block_below = begins_block(content).then_some(indent);
        match content.rsplit_once(' ') {
            Some((before, word)) if is_value_place(before) && is_word(word) => {
                quoted.push_str(&format!("{before} '{word}'\n"));
            }
            None if is_word(content) => quoted.push_str(&format!("'{content}'\n")),
            _ => quoted.push_str(line),
        }
    }
    quoted
}

fn begins_block(line: &str) -> bool {
    let last = line.rsplit(' ').next().unwrap_or_default();
    last.starts_with(['|', '>']) && last.len() <= 3
}

fn is_value_place(before: &str) -> bool {
    before.ends_with(':') || before.trim_start() == "-" || before.ends_with(" -")
}

fn is_word(text: &str) -> bool {
    WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::yaml;
    use serde_json::{Value, json};

    #[test]
    fn words_that_look_like_truth_values() {
        let value =
            json!({"mode": "OFF", "uuid": "No", "is": false, "list": ["on", "a: no"], "text": "b: no\nc: no\n"});
        let text = yaml(&value).unwrap();
        assert_eq!(
            text,
            "mode: 'OFF'\nuuid: 'No'\nis: false\nlist:\n- 'on'\n- 'a: no'\ntext: |\n  b: no\n  c: no\n"
        );
        assert_eq!(serde_yaml::from_str::<Value>(&text).unwrap(), value);
        assert_eq!(yaml(&"yes").unwrap(), "'yes'\n");
    }
}

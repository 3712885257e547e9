//! Environment variables within passwords.

/// Returns the text with each `${NAME}` replaced by the environment variable NAME. What a variable holds is not expanded
/// again; `${` without a closing brace stands for itself.
///
/// # Errors
/// Returns the name of the first variable that is not set.
pub(super) fn expand_variables(text: &str, variable: impl Fn(&str) -> Option<String>) -> Result<String, String> {
    let mut expanded = String::new();
    let mut rest = text;
    while let Some((before, opened)) = rest.split_once("${") {
        let Some((name, after)) = opened.split_once('}') else {
            break;
        };
        expanded.push_str(before);
        expanded.push_str(&variable(name).ok_or_else(|| name.to_string())?);
        rest = after;
    }
    expanded.push_str(rest);
    Ok(expanded)
}

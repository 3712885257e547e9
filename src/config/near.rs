//! Finding the word that was probably meant.

/// Returns the candidate nearest to `word`, if one is near enough to have been meant; the first of equals.
///
/// Near is an edit distance (insertion, deletion, substitution, swap of neighbours; case does not count) of at most a
/// third of the word's length, and at least 1.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = lower(word);
    let mut limit = (word.len() / 3).max(1);
    let mut best = None;
    for candidate in candidates {
        let letters = lower(candidate);
        if letters.len().abs_diff(word.len()) > limit {
            continue;
        }
        let distance = distance(&word, &letters);
        // A distance as long as a word itself shares nothing with it.
        if distance <= limit && distance < word.len().max(letters.len()) {
            if distance == 0 {
                return Some(candidate);
            }
            limit = distance - 1;
            best = Some(candidate);
        }
    }
    best
}

fn lower(word: &str) -> Vec<char> {
    word.chars().flat_map(char::to_lowercase).collect()
}

/// Returns the edit distance of two words, neighbours swapped counting once.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let substitution = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = substitution.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(before[j - 2] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

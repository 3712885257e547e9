//! Near names: what somebody probably meant to type.

/// Returns the candidate nearest to `given`, if it is near enough to be worth suggesting.
///
/// Distance counts inserted, dropped, replaced and swapped letters, ignoring case; at most a third of the word may differ.
pub fn nearest<'a>(given: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let given_lower = given.to_lowercase();
    candidates
        .into_iter()
        .map(|c| (distance(&given_lower, &c.to_lowercase()), c))
        .filter(|(d, c)| *d <= c.chars().count().max(given.chars().count()) / 3)
        .min_by_key(|(d, _)| *d)
        .map(|(_, c)| c)
}

fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![(0..=b.len()).collect::<Vec<_>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = replaced.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn suggests_only_what_is_near() {
        let names = ["topology", "discover", "clusters", "clusters-alias"];
        assert_eq!(nearest("toplogy", names), Some("topology"));
        assert_eq!(nearest("dicsover", names), Some("discover"));
        assert_eq!(nearest("Clusters", names), Some("clusters"));
        assert_eq!(nearest("xyzzy", names), None);
    }
}

//! Lists as tables of plain ASCII: a line under the header, bars between columns, nothing around.

use super::wrap::hanging;
use comfy_table::{ColumnConstraint, ContentArrangement, ContentLineStyle, LineStyle, Table, TableStyle, Width};

const STYLE: TableStyle = TableStyle::new()
    .header_lines(ContentLineStyle::none().junction('|'))
    .header_separator(LineStyle::none().fill('-').junction('+'))
    .content_lines(ContentLineStyle::none().junction('|'));

/// Lays out headers and rows in at most `width` columns by breaking cells between words; 0 does not limit the width.
///
/// Names and codes are what people search for, so words stay whole. Where they are too long for columns side by side,
/// each row becomes a paragraph, a line a cell.
pub fn table(headers: &[&str], rows: &[Vec<String>], width: u16) -> String {
    let longest: Vec<usize> = (0..headers.len())
        .map(|column| longest_word(headers, rows, column))
        .collect();
    // A blank on either side of a cell, and a bar between two.
    let least = longest.iter().sum::<usize>() + 3 * headers.len() - 1;
    if width > 0 && least > usize::from(width) {
        return paragraphs(headers, rows, width);
    }
    let mut table = plain(headers, rows, width);
    for (column, longest) in longest.into_iter().enumerate() {
        if let (Some(column), Ok(longest)) = (table.column_mut(column), u16::try_from(longest)) {
            column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(longest + 2)));
        }
    }
    text_of(&table)
}

fn longest_word(headers: &[&str], rows: &[Vec<String>], column: usize) -> usize {
    let cells = rows.iter().filter_map(|row| row.get(column)).map(String::as_str);
    let cells = cells.chain(headers.get(column).copied());
    cells
        .flat_map(str::split_whitespace)
        .map(|word| word.chars().count())
        .max()
        .unwrap_or(0)
}

fn paragraphs(headers: &[&str], rows: &[Vec<String>], width: u16) -> String {
    let name = headers.iter().map(|header| header.chars().count()).max().unwrap_or(0);
    let paragraph = |row: &Vec<String>| {
        let cells = headers.iter().zip(row).filter(|(_, cell)| !cell.is_empty());
        let lines = cells.map(|(header, cell)| hanging(cell, width, &format!("{header:name$}  ")));
        lines.collect::<Vec<_>>().join("\n")
    };
    rows.iter().map(paragraph).collect::<Vec<_>>().join("\n\n")
}

/// As [`table`], but always in columns, and those of these numbers are never broken into lines.
pub(super) fn with_whole(headers: &[&str], rows: &[Vec<String>], width: u16, whole: &[usize]) -> String {
    let mut table = plain(headers, rows, width);
    for &number in whole {
        if let Some(column) = table.column_mut(number) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    text_of(&table)
}

fn plain(headers: &[&str], rows: &[Vec<String>], width: u16) -> Table {
    let mut table = Table::new();
    table.load_style(STYLE).force_no_tty().set_header(headers.to_vec());
    table.add_rows(rows.iter().cloned());
    if width == 0 {
        table.set_content_arrangement(ContentArrangement::Disabled);
    } else {
        table
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(width);
    }
    table
}

fn text_of(table: &Table) -> String {
    let lines: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::table;

    fn rows() -> Vec<Vec<String>> {
        vec![
            vec!["testhost:22293".to_owned(), "short".to_owned()],
            vec!["testhost:22294".to_owned(), "a text of many words ".repeat(8)],
        ]
    }

    #[test]
    fn fits_the_width() {
        for width in [40, 80, 200] {
            let text = table(&["Instance", "Said"], &rows(), width);
            assert!(text.lines().all(|l| l.chars().count() <= usize::from(width)), "{text}");
            assert!(text.contains("testhost:22294"), "{text}");
        }
    }

    #[test]
    fn words_stay_whole_side_by_side_or_in_paragraphs() {
        let rows = [vec![
            "db000400.example.com:3306".to_owned(),
            "FirstTierReplicaFailingToConnectToMaster".to_owned(),
        ]];
        let wide = table(&["Instance", "Analysis"], &rows, 80);
        assert_eq!(wide.lines().count(), 3, "{wide}");
        let narrow = table(&["Instance", "Analysis"], &rows, 60);
        assert_eq!(
            narrow,
            "Instance  db000400.example.com:3306\nAnalysis  FirstTierReplicaFailingToConnectToMaster"
        );
    }

    #[test]
    fn plain_lines() {
        assert_eq!(
            table(&["Instance", "Said"], &rows()[..1], 80),
            " Instance       | Said\n----------------+-------\n testhost:22293 | short"
        );
        assert!(table(&["Instance", "Said"], &rows(), 0).lines().any(|l| l.len() > 160));
    }
}

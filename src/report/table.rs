//! Lists as tables of plain ASCII: a line under the header, bars between columns, nothing around.

use comfy_table::{ColumnConstraint, ContentArrangement, ContentLineStyle, LineStyle, Table, TableStyle};

const STYLE: TableStyle = TableStyle::new()
    .header_lines(ContentLineStyle::none().junction('|'))
    .header_separator(LineStyle::none().fill('-').junction('+'))
    .content_lines(ContentLineStyle::none().junction('|'));

/// A first column of at most this part of the width is not broken into lines.
const WHOLE_PART: usize = 3;

/// Lays out headers and rows in at most `width` columns by breaking cells into lines; 0 does not limit the width.
///
/// The first column is what people search for, so it stays in one piece where it takes at most a third of the width.
pub fn table(headers: &[&str], rows: &[Vec<String>], width: u16) -> String {
    let longest = rows
        .iter()
        .filter_map(|row| row.first())
        .map(|cell| cell.chars().count())
        .max()
        .unwrap_or(0);
    let keeps_first = longest * WHOLE_PART <= usize::from(width);
    with_whole(headers, rows, width, if keeps_first { &[0] } else { &[] })
}

/// As [`table`], but the columns of these numbers are never broken into lines.
pub(super) fn with_whole(headers: &[&str], rows: &[Vec<String>], width: u16, whole: &[usize]) -> String {
    let mut table = Table::new();
    table.load_style(STYLE).force_no_tty().set_header(headers.to_vec());
    table.add_rows(rows.iter().cloned());
    if width == 0 {
        table.set_content_arrangement(ContentArrangement::Disabled);
    } else {
        table
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(width);
        for &number in whole {
            if let Some(column) = table.column_mut(number) {
                column.set_constraint(ColumnConstraint::ContentWidth);
            }
        }
    }
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
    fn plain_lines() {
        assert_eq!(
            table(&["Instance", "Said"], &rows()[..1], 80),
            " Instance       | Said\n----------------+-------\n testhost:22293 | short"
        );
        assert!(table(&["Instance", "Said"], &rows(), 0).lines().any(|l| l.len() > 160));
    }
}

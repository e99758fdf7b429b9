//! Tables and parsable output (illumos-gate usr/src/lib/libofmt).

use crate::commands::Terminal;

/// A column.
#[derive(Debug, Clone, Copy)]
pub(in crate::commands) struct Field {
    /// The name in small letters.
    pub(in crate::commands) name: &'static str,
    pub(in crate::commands) width: usize,
}

/// Prints `rows`, which have a value for each of `fields`: the columns that `wanted` names, or all.
pub(in crate::commands) fn print_fields(
    terminal: &mut Terminal<'_>,
    program: &str,
    fields: &[Field],
    parsable: bool,
    wanted: Option<&str>,
    rows: &[Vec<String>],
) -> i32 {
    match choose(fields, parsable, wanted) {
        Ok(columns) => {
            print(terminal, fields, &columns, parsable, rows);
            0
        }
        Err(text) => {
            terminal.error(&format!("{program}: {text}"));
            1
        }
    }
}

/// The columns asked for, by their place in `fields`.
fn choose(fields: &[Field], parsable: bool, wanted: Option<&str>) -> Result<Vec<usize>, String> {
    let all = || (0..fields.len()).collect();
    let Some(wanted) = wanted else {
        return if parsable {
            Err("output fields must be specified in parsable mode".to_owned())
        } else {
            Ok(all())
        };
    };
    if wanted.eq_ignore_ascii_case("all") {
        return if parsable {
            Err("output field `all' invalid in parsable mode".to_owned())
        } else {
            Ok(all())
        };
    }
    let place = |name: &str| {
        fields
            .iter()
            .position(|field| field.name.eq_ignore_ascii_case(name))
            .ok_or_else(|| format!("unknown output field: `{name}'"))
    };
    wanted.split(',').map(place).collect()
}

fn print(
    terminal: &mut Terminal<'_>,
    fields: &[Field],
    columns: &[usize],
    parsable: bool,
    rows: &[Vec<String>],
) {
    let mut text = String::new();
    if !parsable {
        let heading: Vec<String> = columns
            .iter()
            .map(|&at| {
                format!(
                    "{:<width$}",
                    fields[at].name.to_uppercase(),
                    width = fields[at].width
                )
            })
            .collect();
        text.push_str(heading.join("").trim_end());
        text.push('\n');
    }
    for row in rows {
        let line = if parsable {
            // A single field is printed as it is.
            let escape = |at: &usize| match columns.len() {
                1 => row[*at].clone(),
                _ => row[*at].replace('\\', "\\\\").replace(':', "\\:"),
            };
            columns.iter().map(escape).collect::<Vec<_>>().join(":")
        } else {
            let cell = |at: &usize| {
                let value = if row[*at].is_empty() { "--" } else { &row[*at] };
                format!("{value:<width$}", width = fields[*at].width)
            };
            columns
                .iter()
                .map(cell)
                .collect::<String>()
                .trim_end()
                .to_owned()
        };
        text.push_str(&line);
        text.push('\n');
    }
    terminal.text(&text);
}

#[cfg(test)]
mod tests {
    use super::{Field, print_fields};
    use crate::commands::Terminal;

    fn show(parsable: bool, wanted: Option<&str>) -> (String, String) {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let fields = [
            Field {
                name: "link",
                width: 8,
            },
            Field {
                name: "macaddress",
                width: 16,
            },
        ];
        let rows = [vec!["a0".to_owned(), "2:8:20:a:b:c".to_owned()]];
        print_fields(
            &mut Terminal::new(&mut out, &mut err),
            "dladm",
            &fields,
            parsable,
            wanted,
            &rows,
        );
        (
            String::from_utf8(out).unwrap(),
            String::from_utf8(err).unwrap(),
        )
    }

    #[test]
    fn parsable_output_escapes_only_beside_others() {
        assert_eq!(
            show(true, Some("LINK,macaddress")).0,
            "a0:2\\:8\\:20\\:a\\:b\\:c\n"
        );
        assert_eq!(show(true, Some("macaddress")).0, "2:8:20:a:b:c\n");
        assert_eq!(
            show(false, None).0,
            "LINK    MACADDRESS\na0      2:8:20:a:b:c\n"
        );
    }

    #[test]
    fn fields_are_required_and_checked() {
        assert_eq!(
            show(true, None).1,
            "dladm: output fields must be specified in parsable mode\n"
        );
        assert_eq!(
            show(true, Some("all")).1,
            "dladm: output field `all' invalid in parsable mode\n"
        );
        assert_eq!(
            show(true, Some("link,zone")).1,
            "dladm: unknown output field: `zone'\n"
        );
    }
}

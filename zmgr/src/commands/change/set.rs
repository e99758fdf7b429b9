//! `set`.

use clap::Args;

use super::apply::{Changing, change};
use super::beside::{Beside, relocated};
use super::{Target, usage};
use crate::documents::{Document, Store};
use crate::output::Ui;
use crate::{Context, ExitCode, Failure};

/// What is set: `autoboot false`, `autoboot=false brand=ipkg`.
#[derive(Debug, Args)]
pub(in crate::commands) struct ValuesArgs {
    /// The node and its values: PATH VALUE…, or one or more PATH=VALUE; a path looks like autoboot or net.internal.vlan
    #[arg(required = true, value_name = "PATH", allow_negative_numbers = true, add = crate::commands::args::complete::path())]
    words: Vec<String>,
    /// Add the values to the existing ones
    #[arg(short, long, conflicts_with = "remove")]
    add: bool,
    /// Remove these values, or the whole node if no value is given
    #[arg(short, long)]
    remove: bool,
}

impl ValuesArgs {
    /// Changes the document in place: what is not named stays byte for byte.
    ///
    /// # Errors
    /// Exit status 6 if there is no such document; 2 if it has no such node or the values do not fit; 3 if it would be invalid.
    pub(in crate::commands) fn run(
        &self,
        cx: &Context,
        ui: &mut Ui,
        target: Target<'_>,
    ) -> Result<ExitCode, Failure> {
        let changes = changes(&self.words, self.remove)?;
        change(cx, ui, target, "set", |store| {
            let mut document = match target.text_if_any(store)? {
                Some(_) => Document::open(store, target.kind, target.name)?,
                None => Document::create(store, target.kind, target.name, "/- kdl-version 2\n")?,
            };
            for (path, values) in &changes {
                if self.remove {
                    document.remove(path, values)?;
                } else if self.add {
                    document.add(path, values)?;
                } else {
                    document.set(path, values)?;
                }
            }
            Ok(Changing {
                before: document.original().map(str::to_owned),
                after: Some(document.text().to_owned()),
                warnings: checked(store, target, &document)?,
            })
        })
    }
}

/// Refuses a document that is invalid by itself or with the others; returns what is not grave.
pub(super) fn checked(
    store: &Store,
    target: Target<'_>,
    document: &Document,
) -> Result<Vec<Failure>, Failure> {
    let beside = Beside::new(store, target)?;
    beside.write(document.text())?;
    // The text is in no file that could be looked at.
    let warnings = beside.check(store, target).map_err(|failure| {
        relocated(failure, beside.file(), None).with_help_if_none("nothing was changed")
    })?;
    let warnings = warnings.into_iter();
    Ok(warnings
        .map(|warning| relocated(warning, beside.file(), None))
        .collect())
}

/// The words as changes: one of `PATH VALUE…`, or one for each `PATH=VALUE`.
pub(super) fn changes(
    words: &[String],
    values_optional: bool,
) -> Result<Vec<(String, Vec<String>)>, Failure> {
    let Some((first, rest)) = words.split_first() else {
        return Err(usage("nothing to set"));
    };
    if !first.contains('=') {
        if rest.is_empty() && !values_optional {
            return Err(usage(format!("{first} needs a value"))
                .with_help(format!("write {first}=VALUE, or use --remove to remove it")));
        }
        return Ok(vec![(first.clone(), rest.to_vec())]);
    }
    words.iter().map(|word| pair(word)).collect()
}

/// `PATH=VALUE` apart.
pub(super) fn pair(word: &str) -> Result<(String, Vec<String>), Failure> {
    match word.split_once('=') {
        Some((path, value)) if !path.is_empty() => Ok((path.to_owned(), vec![value.to_owned()])),
        _ => Err(usage(format!("{word:?}: expected PATH=VALUE"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn both_ways_to_write_a_change() {
        let one = changes(&words("range 10.0.0.1 10.0.0.9"), false).unwrap();
        assert_eq!(one, [("range".to_owned(), words("10.0.0.1 10.0.0.9"))]);
        let two = changes(&words("brand=lipkg autoboot=false"), false).unwrap();
        assert_eq!(two.len(), 2);
        assert_eq!(two[1], ("autoboot".to_owned(), words("false")));
        // Only the first word says which way it is.
        let origin = changes(&words("origin https://x/?a=b"), false).unwrap();
        assert_eq!(origin, [("origin".to_owned(), words("https://x/?a=b"))]);
        assert_eq!(changes(&words("vlan"), true).unwrap().len(), 1);
        for wrong in ["vlan", "brand=lipkg autoboot", "=x"] {
            assert_eq!(
                changes(&words(wrong), false).unwrap_err().exit,
                ExitCode::Usage,
                "{wrong}"
            );
        }
    }
}

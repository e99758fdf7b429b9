//! `attr` resources.

use super::number;
use crate::zone::config::Attr;

/// The longest value of an `attr` of type `string`, in bytes.
pub const LONGEST_STRING: usize = 255;

/// Checks the name: a letter or digit, then letters, digits, `-` and `.`.
///
/// # Errors
/// In zonecfg(8)'s words.
pub fn name(name: &str) -> Result<(), String> {
    let mut bytes = name.bytes();
    if !bytes.next().is_some_and(|b| b.is_ascii_alphanumeric()) {
        return Err(format!(
            "Invalid attr name {name}: must start with an alpha-numeric character."
        ));
    }
    if bytes.all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.') {
        return Ok(());
    }
    Err(format!(
        "Invalid attr name {name}: can only contain alpha-numeric characters, plus '-' and '.'."
    ))
}

/// Checks that the value is one of the type, and the type one of `boolean`, `int`, `string`, `uint`.
///
/// # Errors
/// In zonecfg(8)'s words.
pub fn value(attr: &Attr) -> Result<(), String> {
    let valid = match attr.attr_type.as_str() {
        "boolean" => attr.value == "true" || attr.value == "false",
        "int" => number::signed(&attr.value).is_some(),
        "uint" => number::unsigned(&attr.value).is_some(),
        "string" => attr.value.len() <= LONGEST_STRING,
        other => return Err(format!("invalid attr type '{other}'")),
    };
    if valid {
        Ok(())
    } else {
        Err(format!("invalid attr value for type={}", attr.attr_type))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for good in ["a", "9", "a-b.c", "zone"] {
            assert_eq!(name(good), Ok(()), "{good}");
        }
        assert!(name("-a").unwrap_err().contains("must start"));
        assert!(name("").unwrap_err().contains("must start"));
        for bad in ["a_b", "a:b", "aé", "a b"] {
            assert!(name(bad).unwrap_err().contains("can only contain"), "{bad}");
        }
    }

    #[test]
    fn values() {
        let attr = |attr_type: &str, value: &str| Attr {
            name: "a".to_owned(),
            attr_type: attr_type.to_owned(),
            value: value.to_owned(),
        };
        for (attr_type, good) in [
            ("boolean", "true"),
            ("int", "-5"),
            ("uint", "5"),
            ("string", "any text"),
        ] {
            assert_eq!(value(&attr(attr_type, good)), Ok(()));
        }
        for (attr_type, bad) in [("boolean", "yes"), ("int", "x1"), ("uint", "-1")] {
            assert_eq!(
                value(&attr(attr_type, bad)),
                Err(format!("invalid attr value for type={attr_type}"))
            );
        }
        assert_eq!(value(&attr("string", &"v".repeat(255))), Ok(()));
        assert!(value(&attr("string", &"v".repeat(256))).is_err());
        assert_eq!(
            value(&attr("float", "1.5")),
            Err("invalid attr type 'float'".to_owned())
        );
    }
}

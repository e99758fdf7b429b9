//! Variables in a template's texts.

use std::collections::BTreeMap;

use illumos::zone::config::{Admin, Attr, DedicatedCpu, Device, Fs, Property};

use crate::documents::model::Settings;

/// The settings with every `{name}` replaced, or the first name that has no value.
pub(super) fn settings(settings: &Settings, values: &BTreeMap<String, String>) -> Result<Settings, String> {
    let one = |text: &String| replaced(text, values);
    let some = |text: &Option<String>| text.as_ref().map(one).transpose();
    let all = |texts: &Vec<String>| texts.iter().map(one).collect::<Result<Vec<String>, String>>();
    let properties = |properties: &Vec<Property>| -> Result<Vec<Property>, String> {
        let one = |property: &Property| {
            Ok(Property { name: property.name.clone(), value: one(&property.value)? })
        };
        properties.iter().map(one).collect()
    };
    Ok(Settings {
        brand: some(&settings.brand)?,
        zonepath: some(&settings.zonepath)?,
        bootargs: some(&settings.bootargs)?,
        resource_pool: some(&settings.resource_pool)?,
        limitpriv: some(&settings.limitpriv)?,
        scheduling_class: some(&settings.scheduling_class)?,
        hostid: some(&settings.hostid)?,
        fs_allowed: some(&settings.fs_allowed)?,
        dedicated_cpu: match &settings.dedicated_cpu {
            Some(cpu) => Some(DedicatedCpu { ncpus: one(&cpu.ncpus)?, importance: some(&cpu.importance)? }),
            None => None,
        },
        fs: settings
            .fs
            .iter()
            .map(|fs| {
                Ok(Fs {
                    dir: one(&fs.dir)?,
                    special: one(&fs.special)?,
                    raw: some(&fs.raw)?,
                    fs_type: one(&fs.fs_type)?,
                    options: all(&fs.options)?,
                })
            })
            .collect::<Result<_, String>>()?,
        dataset: all(&settings.dataset)?,
        device: settings
            .device
            .iter()
            .map(|device| Ok(Device { match_: one(&device.match_)?, property: properties(&device.property)? }))
            .collect::<Result<_, String>>()?,
        attr: settings
            .attr
            .iter()
            .map(|attr| {
                Ok(Attr { name: attr.name.clone(), attr_type: attr.attr_type.clone(), value: one(&attr.value)? })
            })
            .collect::<Result<_, String>>()?,
        admin: settings
            .admin
            .iter()
            .map(|admin| Ok(Admin { user: one(&admin.user)?, auths: admin.auths.clone() }))
            .collect::<Result<_, String>>()?,
        install_args: all(&settings.install_args)?,
        tags: all(&settings.tags)?,
        ..settings.clone()
    })
}

/// The text with every `{name}` replaced. Braces around anything that is no name stay as they are.
fn replaced(text: &str, values: &BTreeMap<String, String>) -> Result<String, String> {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        result.push_str(&rest[..start]);
        rest = &rest[start..];
        let name = rest.find('}').map(|end| &rest[1..end]).filter(|name| is_name(name));
        match name {
            Some(name) => {
                result.push_str(values.get(name).ok_or_else(|| name.to_owned())?);
                rest = &rest[name.len() + 2..];
            }
            None => {
                result.push('{');
                rest = &rest[1..];
            }
        }
    }
    result.push_str(rest);
    Ok(result)
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_braces() {
        let values = BTreeMap::from([("zone".to_owned(), "web01".to_owned()), ("a-b".to_owned(), "{zone}".to_owned())]);
        let cases = [
            ("/zones/{zone}", Ok("/zones/web01")),
            ("{zone}{zone}", Ok("web01web01")),
            ("{a-b}", Ok("{zone}")),
            ("{\"json\": {}}", Ok("{\"json\": {}}")),
            ("{", Ok("{")),
            ("{zone", Ok("{zone")),
            ("{{zone}}", Ok("{web01}")),
            ("{none}", Err("none")),
            ("é{zone}é", Ok("éweb01é")),
        ];
        for (text, expected) in cases {
            assert_eq!(replaced(text, &values), expected.map(str::to_owned).map_err(str::to_owned), "{text}");
        }
    }
}

//! Reads what a shared library is called and which functions it defines, from its ELF tables.

use std::collections::BTreeSet;

const SHT_DYNAMIC: u32 = 6;
const SHT_DYNSYM: u32 = 11;
const DT_NULL: u64 = 0;
const DT_SONAME: u64 = 14;
const SHN_UNDEF: u16 = 0;

/// What is of interest of a shared library.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Library {
    /// The name under which programs that were linked with it look for it; `None` if that is the name of its file.
    pub(crate) soname: Option<String>,
    /// What it defines for others.
    pub(crate) defines: BTreeSet<String>,
}

struct Section {
    kind: u32,
    offset: usize,
    size: usize,
    /// The index of the section with the names.
    names: usize,
}

fn bytes<const N: usize>(file: &[u8], at: usize) -> Option<[u8; N]> {
    file.get(at..at.checked_add(N)?)?.try_into().ok()
}

fn half(file: &[u8], at: usize) -> Option<u16> {
    bytes(file, at).map(u16::from_ne_bytes)
}

fn word(file: &[u8], at: usize) -> Option<u32> {
    bytes(file, at).map(u32::from_ne_bytes)
}

fn long(file: &[u8], at: usize) -> Option<u64> {
    bytes(file, at).map(u64::from_ne_bytes)
}

fn place(file: &[u8], at: usize) -> Option<usize> {
    usize::try_from(long(file, at)?).ok()
}

fn text(file: &[u8], at: usize) -> Option<String> {
    let rest = file.get(at..)?;
    let end = rest.iter().position(|byte| *byte == 0)?;
    String::from_utf8(rest[..end].to_vec()).ok()
}

fn sections(file: &[u8]) -> Option<Vec<Section>> {
    // A 64-bit ELF file; its numbers are taken to be in the order of the machine that builds.
    if bytes(file, 0)? != *b"\x7fELF\x02" {
        return None;
    }
    let table = place(file, 40)?;
    let length = usize::from(half(file, 58)?);
    (0..usize::from(half(file, 60)?))
        .map(|number| {
            let at = table.checked_add(number * length)?;
            Some(Section {
                kind: word(file, at + 4)?,
                offset: place(file, at + 24)?,
                size: place(file, at + 32)?,
                names: usize::try_from(word(file, at + 40)?).ok()?,
            })
        })
        .collect()
}

/// Reads the tables; `None` if `file` is no 64-bit ELF file that has them.
pub(crate) fn read(file: &[u8]) -> Option<Library> {
    let sections = sections(file)?;
    let names = |section: &Section| Some(sections.get(section.names)?.offset);
    let mut library = Library::default();
    let symbols = sections.iter().find(|section| section.kind == SHT_DYNSYM)?;
    let texts = names(symbols)?;
    for at in (symbols.offset..symbols.offset.checked_add(symbols.size)?).step_by(24) {
        if half(file, at + 6)? != SHN_UNDEF {
            let name = usize::try_from(word(file, at)?).ok()?;
            library.defines.insert(text(file, texts + name)?);
        }
    }
    if let Some(dynamic) = sections.iter().find(|section| section.kind == SHT_DYNAMIC) {
        let texts = names(dynamic)?;
        for at in (dynamic.offset..dynamic.offset.checked_add(dynamic.size)?).step_by(16) {
            match long(file, at)? {
                DT_NULL => break,
                DT_SONAME => library.soname = Some(text(file, texts + place(file, at + 8)?)?),
                _ => {}
            }
        }
    }
    Some(library)
}

/// The functions of libzonecfg that the bindings `source` declare.
pub(crate) fn declared(source: &str) -> BTreeSet<String> {
    let of_libzonecfg = |name: &str| {
        ["zonecfg_", "zone_get_", "zone_set_", "zone_state_"]
            .iter()
            .any(|prefix| name.starts_with(prefix))
            || name.contains("zoneent")
    };
    source
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("pub fn "))
        .filter_map(|rest| rest.split('(').next())
        .filter(|name| of_libzonecfg(name))
        .map(ToOwned::to_owned)
        .collect()
}

/// A C file that defines each of the functions: it says that the library does not have it, and ends the process.
pub(crate) fn stand_ins(missing: &BTreeSet<String>) -> String {
    let mut source = String::from("#include <stdio.h>\n#include <stdlib.h>\n");
    for name in missing {
        source.push_str(&format!(
            "void {name}(void);\n\
             void {name}(void) {{ fputs(\"libzonecfg.so does not have {name}\\n\", stderr); abort(); }}\n"
        ));
    }
    source
}

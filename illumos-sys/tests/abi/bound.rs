//! What the checked-in bindings declare, read from their text. The layout assertions in it are compiled with the crate, so
//! the numbers read here are the ones that the compiler found true.

use std::collections::BTreeMap;
use std::path::Path;

use syn::{Expr, ForeignItem, Item, Lit, ReturnType, Type, UnOp};

/// A structure as bound.
#[derive(Debug, Default)]
pub(crate) struct Structure {
    pub(crate) size: Option<u64>,
    pub(crate) align: Option<u64>,
    pub(crate) offsets: BTreeMap<String, u64>,
}

/// The value of a constant.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Constant {
    Number(i128),
    Text(String),
}

/// One binding file.
#[derive(Debug, Default)]
pub(crate) struct Module {
    /// Structures with members; opaque ones are left out.
    pub(crate) structs: BTreeMap<String, Structure>,
    /// The constants, with the name of their type.
    pub(crate) constants: BTreeMap<String, (String, Constant)>,
    /// Result and arguments of each function, and of each `NAME_fn`, written as the Rust types are.
    pub(crate) functions: BTreeMap<String, Vec<String>>,
    /// The functions that are only reached by name.
    pub(crate) by_name: Vec<String>,
    /// Types that are pointers to functions: what they stand for.
    pub(crate) callbacks: BTreeMap<String, String>,
}

/// Reads `src/bindings/NAME.rs`.
pub(crate) fn module(name: &str) -> Module {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("src/bindings/{name}.rs"));
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let file = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));

    let mut module = Module::default();
    for item in file.items {
        match item {
            Item::Struct(item) => {
                let opaque = item
                    .fields
                    .iter()
                    .any(|field| field.ident.as_ref().is_some_and(|name| name == "_unused"));
                if !opaque {
                    let structure = module.structs.entry(item.ident.to_string()).or_default();
                    assert_eq!(
                        structure.size, None,
                        "{}: its assertions come before it",
                        item.ident
                    );
                }
            }
            Item::Const(item) if item.ident == "_" => assertions(&item.expr, &mut module),
            Item::Const(item) => {
                let constant = constant(&item.expr)
                    .unwrap_or_else(|| panic!("{}: not a plain value", item.ident));
                module
                    .constants
                    .insert(item.ident.to_string(), (type_text(&item.ty), constant));
            }
            Item::ForeignMod(block) => {
                for item in block.items {
                    let ForeignItem::Fn(function) = item else {
                        panic!("{name}: something else than a function")
                    };
                    let mut signature = vec![return_text(&function.sig.output)];
                    for argument in &function.sig.inputs {
                        let syn::FnArg::Typed(argument) = argument else {
                            panic!("{name}: self")
                        };
                        signature.push(type_text(&argument.ty));
                    }
                    module
                        .functions
                        .insert(function.sig.ident.to_string(), signature);
                }
            }
            Item::Type(item) => {
                let alias = item.ident.to_string();
                if let Type::BareFn(function) = &*item.ty {
                    let plain = alias
                        .strip_suffix("_fn")
                        .expect("a function type is called NAME_fn");
                    module
                        .functions
                        .insert(plain.to_owned(), bare_signature(function));
                    module.by_name.push(plain.to_owned());
                } else if let text = type_text(&item.ty)
                    && text.starts_with("fn(")
                {
                    module.callbacks.insert(alias, text);
                }
            }
            Item::Use(_) => {}
            _ => panic!("{name}: an item of a kind that this test does not know"),
        }
    }
    module
}

/// `["Size of X"][size_of::<X>() - 8usize];` and its like.
fn assertions(expression: &Expr, module: &mut Module) {
    let Expr::Block(block) = expression else {
        panic!("an assertion that is not a block")
    };
    for statement in &block.block.stmts {
        let syn::Stmt::Expr(Expr::Index(index), _) = statement else {
            panic!("an assertion of another form")
        };
        let (Expr::Array(label), Expr::Binary(difference)) = (&*index.expr, &*index.index) else {
            panic!("an assertion of another form")
        };
        let (Some(Expr::Lit(label)), Some(Constant::Number(number))) =
            (label.elems.first(), constant(&difference.right))
        else {
            panic!("an assertion of another form")
        };
        let Lit::Str(label) = &label.lit else {
            panic!("an assertion without a name")
        };
        let number = u64::try_from(number).expect("sizes are not negative");
        let label = label.value();
        let bound = |name: &str| module.structs.contains_key(name);
        if let Some(name) = label.strip_prefix("Size of ") {
            assert!(bound(name), "{name}: asserted and not bound");
            module.structs.entry(name.to_owned()).or_default().size = Some(number);
        } else if let Some(name) = label.strip_prefix("Alignment of ") {
            assert!(bound(name), "{name}: asserted and not bound");
            module.structs.entry(name.to_owned()).or_default().align = Some(number);
        } else if let Some((name, member)) = label
            .strip_prefix("Offset of field: ")
            .and_then(|at| at.split_once("::"))
        {
            assert!(bound(name), "{name}: asserted and not bound");
            module
                .structs
                .entry(name.to_owned())
                .or_default()
                .offsets
                .insert(member.to_owned(), number);
        } else {
            panic!("{label}: an assertion of an unknown kind");
        }
    }
}

fn constant(expression: &Expr) -> Option<Constant> {
    match expression {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(number) => number.base10_parse().ok().map(Constant::Number),
            Lit::CStr(text) => Some(Constant::Text(text.value().into_string().ok()?)),
            _ => None,
        },
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => match constant(&unary.expr)? {
            Constant::Number(number) => Some(Constant::Number(-number)),
            Constant::Text(_) => None,
        },
        _ => None,
    }
}

fn return_text(output: &ReturnType) -> String {
    match output {
        ReturnType::Default => "()".to_owned(),
        ReturnType::Type(_, of) => type_text(of),
    }
}

fn bare_signature(function: &syn::TypeBareFn) -> Vec<String> {
    let mut signature = vec![return_text(&function.output)];
    signature.extend(
        function
            .inputs
            .iter()
            .map(|argument| type_text(&argument.ty)),
    );
    signature
}

/// A type in few words: no paths, and a function that may be absent like one that may not.
fn type_text(of: &Type) -> String {
    match of {
        Type::Ptr(pointer) => {
            let qualifier = if pointer.mutability.is_some() {
                "mut"
            } else {
                "const"
            };
            format!("*{qualifier} {}", type_text(&pointer.elem))
        }
        Type::Reference(reference) => format!("&{}", type_text(&reference.elem)),
        Type::BareFn(function) => {
            let signature = bare_signature(function);
            format!("fn({}) -> {}", signature[1..].join(", "), signature[0])
        }
        Type::Path(path) => {
            let last = path.path.segments.last().expect("a path has an end");
            match &last.arguments {
                syn::PathArguments::AngleBracketed(inner) if last.ident == "Option" => {
                    match inner.args.first() {
                        Some(syn::GenericArgument::Type(inner)) => type_text(inner),
                        _ => panic!("an Option of something else than a type"),
                    }
                }
                _ => last.ident.to_string(),
            }
        }
        Type::Array(_) => "array".to_owned(),
        _ => panic!("a type of a form that this test does not know"),
    }
}

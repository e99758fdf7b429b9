//! Documents as JSON.

use super::schema::{Count, Repeat, Spec};
use super::syntax::tree::{self, Node};

/// A JSON value.
pub(crate) type Value = serde_json::Value;

/// The nodes as a JSON object, its fields being the names of the nodes.
///
/// A node with one argument is that value. One with a block is an object in which arguments have the names that the
/// documentation gives them. A node that may be there more than once, or may have more than one argument, is an array,
/// however many there are.
pub(crate) fn json_of(nodes: &[Node<'_>], specs: &[&Spec]) -> Value {
    let mut object = serde_json::Map::new();
    for node in nodes {
        let spec = specs.iter().find(|spec| spec.name == node.name).copied();
        let value = one(node, spec);
        if spec.is_some_and(|spec| spec.repeat != Repeat::Once) {
            let values = object
                .entry(node.name.to_string())
                .or_insert_with(|| Value::Array(Vec::new()));
            if let Value::Array(values) = values {
                values.push(value);
            }
        } else {
            object.insert(node.name.to_string(), value);
        }
    }
    Value::Object(object)
}

fn one(node: &Node<'_>, spec: Option<&Spec>) -> Value {
    let arguments: Vec<Value> = node
        .arguments
        .iter()
        .map(|argument| scalar(&argument.value))
        .collect();
    let names = spec.map_or(&[][..], |spec| spec.arguments);
    let several = names
        .last()
        .is_some_and(|last| matches!(last.count, Count::Several | Count::Any));
    let children = spec.and_then(|spec| spec.children);
    match (children, <[Value; 1]>::try_from(arguments)) {
        (None, Ok([argument])) if !several => argument,
        (None, Ok([argument])) => Value::Array(vec![argument]),
        (None, Err(arguments)) => Value::Array(arguments),
        (Some(specs), arguments) => {
            let mut object = serde_json::Map::new();
            let arguments = arguments.map_or_else(|arguments| arguments, Vec::from);
            for (name, argument) in names.iter().zip(arguments) {
                object.insert(name.name.to_lowercase(), argument);
            }
            if let Value::Object(block) = json_of(node.nodes(), &specs()) {
                object.extend(block);
            }
            for property in &node.properties {
                object.insert(property.key.to_string(), scalar(&property.value));
            }
            Value::Object(object)
        }
    }
}

fn scalar(value: &tree::Value<'_>) -> Value {
    match value {
        tree::Value::Text(text) => Value::from(text.as_ref()),
        // What JSON readers cannot hold exactly stays exact as a text.
        tree::Value::Integer(number) => {
            i64::try_from(*number).map_or_else(|_| Value::from(number.to_string()), Value::from)
        }
        tree::Value::Float(number) => Value::from(*number),
        tree::Value::Bool(flag) => Value::from(*flag),
        tree::Value::Null => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::{Kind, Source, syntax};

    #[test]
    fn types_do_not_depend_on_how_many_there_are() {
        let text = "template \"a\" {\n brand \"ipkg\"\n autoboot #true\n cpu-shares 10\n fs \"/data\" type=\"lofs\" special=\"/tank\"\n dataset \"tank/a\"\n tags \"x\"\n}\n";
        let source = Source::new("a.kdl", text);
        let tree = syntax::parse(&source).unwrap();
        let json = json_of(tree.nodes[0].nodes(), &Kind::Template.specs());
        assert_eq!(json["brand"], "ipkg");
        assert_eq!(json["autoboot"], true);
        assert_eq!(json["cpu-shares"], 10);
        assert_eq!(json["fs"][0]["dir"], "/data");
        assert_eq!(json["fs"][0]["type"], "lofs");
        assert!(
            json["dataset"].is_array() && json["tags"].is_array(),
            "{json}"
        );
    }
}

//! Properties of resources that hold several values: `options`, `value`, `property`.

use super::ast::{Item, PropertyValue, Value};
use super::scope::Draft;
use super::session::{Flow, NO_PROPERTY_ID, NO_PROPERTY_TYPE, Session};
use super::word::{Property, Resource, Verb};
use illumos::Flavour;
use illumos::zone::config::{self, RctlValue};
use illumos::zone::handle::Handle;
use illumos::zone::verify::values;

type Pieces = [(Property, Value)];

impl Session<'_> {
    /// `set` of a property that holds several values.
    pub(super) fn replace_values(&mut self, property: Property, value: &PropertyValue) -> Flow {
        if !self.takes(property, value, Verb::Set) {
            return Ok(());
        }
        match self.draft() {
            Some(Draft::Fs(fs)) => fs.options.clear(),
            Some(Draft::Rctl(rctl)) => rctl.value.clear(),
            Some(Draft::Net(net)) => net.property.clear(),
            Some(Draft::Device(device)) => device.property.clear(),
            _ => {}
        }
        self.add_value(Verb::Set, property, value)
    }

    /// Whether the kind of value is one that the property holds; says if not.
    fn takes(&mut self, property: Property, value: &PropertyValue, verb: Verb) -> bool {
        use PropertyValue as V;
        let complaint = match (property, value, verb) {
            (Property::Options, V::Complex(_), _) => "A simple or list value was expected here.",
            (Property::Value, V::Simple(_), Verb::Remove)
            | (Property::Value, V::List(_), Verb::Remove)
            | (Property::Property, V::Simple(_) | V::List(_), _) => {
                "A complex value was expected here."
            }
            (Property::Value, V::Simple(_), _) => "A complex or list value was expected here.",
            _ => return true,
        };
        self.fail(complaint);
        false
    }

    /// Whether the resource has the property, and it holds several values; says if not.
    fn holds_several(&mut self, verb: Verb, property: Property) -> bool {
        let Some(resource) = self.resource() else {
            return false;
        };
        let extended = self.flavour == Flavour::Extended;
        let wanted = match resource {
            Resource::Fs => Property::Options,
            Resource::Rctl => Property::Value,
            Resource::Net if !extended && verb == Verb::Remove => Property::Defrouter,
            Resource::Net | Resource::Device if extended => Property::Property,
            _ => {
                self.no_such_resource(verb, resource);
                return false;
            }
        };
        if property != wanted {
            self.no_such_property(verb, property);
            return false;
        }
        true
    }

    pub(super) fn add_value(
        &mut self,
        verb: Verb,
        property: Property,
        value: &PropertyValue,
    ) -> Flow {
        if !self.holds_several(Verb::Add, property) || !self.takes(property, value, verb) {
            return Ok(());
        }
        match value {
            PropertyValue::Simple(option) => self.add_option(option),
            PropertyValue::Complex(pieces) => self.add_complex(property, pieces),
            PropertyValue::List(items) => {
                for item in items {
                    match item {
                        Item::Simple(option) if property == Property::Options => {
                            self.add_option(option);
                        }
                        Item::Complex(pieces) if property == Property::Value => {
                            self.add_complex(property, pieces);
                        }
                        // An item of the other kind ends the list.
                        _ => break,
                    }
                }
            }
        }
        Ok(())
    }

    fn add_option(&mut self, option: &Value) {
        let option = self.text(option, 1024);
        if let Some(Draft::Fs(fs)) = self.draft() {
            fs.options.push(option);
        }
    }

    fn add_complex(&mut self, property: Property, pieces: &Pieces) {
        if property == Property::Value {
            self.add_rctl_value(pieces);
        } else if let Some(found) = self.pieces(
            pieces,
            [Property::Name, Property::Value],
            self.property_sizes(),
        ) {
            let [name, value] = found;
            let property = config::Property { name, value };
            match self.draft() {
                Some(Draft::Net(net)) => net.property.push(property),
                Some(Draft::Device(device)) => device.property.push(property),
                _ => {}
            }
        }
    }

    /// How many bytes of the name and of the value of a `property` the library keeps, with the terminating NUL.
    fn property_sizes(&self) -> [usize; 2] {
        let value = self.handle.as_ref().map(Handle::property_value_size);
        [256, value.unwrap_or(256)]
    }

    fn add_rctl_value(&mut self, pieces: &Pieces) {
        let wanted = [Property::Priv, Property::Limit, Property::Action];
        let Some([priv_, limit, action]) = self.pieces(pieces, wanted, [256; 3]) else {
            return;
        };
        let value = RctlValue {
            priv_,
            limit,
            action,
        };
        if !values::is_rctl_value(&value) {
            // The tool does not count it as an error; the value is missing at the end.
            self.say("Invalid rctl value specification");
        } else if let Some(Draft::Rctl(rctl)) = self.draft() {
            rctl.value.push(value);
        }
    }

    /// The values of the `wanted` pieces; `None` after saying that one is missing, there twice, or not known.
    fn pieces<const N: usize>(
        &mut self,
        pieces: &Pieces,
        wanted: [Property; N],
        sizes: [usize; N],
    ) -> Option<[String; N]> {
        let mut found: [Option<String>; N] = std::array::from_fn(|_| None);
        for (property, value) in pieces {
            let Some(place) = wanted.iter().position(|name| name == property) else {
                let of = if N == 3 {
                    Property::Value
                } else {
                    Property::Property
                };
                self.fail(&format!("{of}: {NO_PROPERTY_TYPE}"));
                self.long_usage(Verb::Add);
                return None;
            };
            if found[place].is_some() {
                self.say(&format!("{property} already specified"));
                return None;
            }
            found[place] = Some(self.text(value, sizes[place]));
        }
        let mut complete = true;
        for (property, value) in wanted.iter().zip(&found) {
            if value.is_none() {
                self.say(&format!("{property} not specified"));
                complete = false;
            }
        }
        complete.then(|| found.map(Option::unwrap_or_default))
    }

    pub(super) fn remove_value(&mut self, property: Property, value: &PropertyValue) -> Flow {
        if !self.initialize()?
            || !self.holds_several(Verb::Remove, property)
            || !self.takes(property, value, Verb::Remove)
        {
            return Ok(());
        }
        if property == Property::Defrouter {
            if let Some(Draft::Net(net)) = self.draft() {
                net.defrouter = None;
            }
            return Ok(());
        }
        match value {
            PropertyValue::Simple(option) => self.remove_option(option),
            PropertyValue::List(items) => {
                for item in items {
                    let Item::Simple(option) = item else { break };
                    self.remove_option(option);
                }
            }
            PropertyValue::Complex(pieces) => self.remove_complex(property, pieces),
        }
        Ok(())
    }

    fn remove_option(&mut self, option: &Value) {
        let option = self.text(option, 1024);
        let Some(Draft::Fs(fs)) = self.draft() else {
            return;
        };
        match fs.options.iter().position(|known| *known == option) {
            Some(place) => {
                fs.options.remove(place);
            }
            None => self.fail(&format!("options: {NO_PROPERTY_ID}")),
        }
    }

    fn remove_complex(&mut self, property: Property, pieces: &Pieces) {
        let text = |wanted: Property| {
            let piece = pieces.iter().rev().find(|(name, _)| *name == wanted);
            piece
                .map(|(_, value)| value.to_string())
                .unwrap_or_default()
        };
        let known: &[Property] = if property == Property::Value {
            &[Property::Priv, Property::Limit, Property::Action]
        } else {
            &[Property::Name, Property::Value]
        };
        if pieces.iter().any(|(name, _)| !known.contains(name)) {
            self.fail(&format!("{property}: {NO_PROPERTY_TYPE}"));
            self.long_usage(Verb::Remove);
            return;
        }
        let value = RctlValue {
            priv_: text(Property::Priv),
            limit: text(Property::Limit),
            action: text(Property::Action),
        };
        let named = config::Property {
            name: text(Property::Name),
            value: text(Property::Value),
        };
        let removed = match self.draft() {
            Some(Draft::Rctl(rctl)) => take(&mut rctl.value, &value),
            Some(Draft::Net(net)) => take(&mut net.property, &named),
            Some(Draft::Device(device)) => take(&mut device.property, &named),
            _ => true,
        };
        if !removed {
            self.fail(&format!("{property}: {NO_PROPERTY_ID}"));
        }
    }
}

/// Removes the first that is equal; whether there was one.
fn take<T: PartialEq>(items: &mut Vec<T>, item: &T) -> bool {
    let place = items.iter().position(|known| known == item);
    if let Some(place) = place {
        items.remove(place);
    }
    place.is_some()
}

//! `publishers/NAME.kdl`.

use super::{Repeat, Row, Spec, fields, one, several};
use crate::documents::model::Publisher;
use crate::documents::values::Type;

static PUBLISHER: &[Row<Publisher>] = &[
    Row {
        spec: Spec::new(
            "origin",
            &[several("URI", Type::RepositoryUri)],
            "origin \"https://pkg.openindiana.org/hipster\"",
            "The origin of packages: a `file`, `http` or `https` URI without a user name or password, which pkg(1) does not accept. The order does not matter.",
        )
        .repeat(Repeat::Any)
        .required(),
        read: |publisher, reading| publisher.origins.extend(reading.texts()),
        write: |publisher, writing| writing.texts("origin", &publisher.origins),
    },
    Row {
        spec: Spec::new(
            "mirror",
            &[several("URI", Type::RepositoryUri)],
            "mirror \"https://mirror.example.org/hipster\"",
            "A mirror of the contents of packages. A zone's publisher gets exactly these mirrors.",
        )
        .repeat(Repeat::Any),
        read: |publisher, reading| publisher.mirrors.extend(reading.texts()),
        write: |publisher, writing| writing.texts("mirror", &publisher.mirrors),
    },
    Row {
        spec: Spec::new(
            "sticky",
            &[one("YES", Type::Boolean)],
            "sticky #false",
            "Whether packages stay with this publisher when another one has them too.",
        )
        .default("#true"),
        read: |publisher, reading| publisher.sticky = reading.flag().unwrap_or(true),
        write: |publisher, writing| writing.flag("sticky", &(!publisher.sticky).then_some(false)),
    },
];
fields!(Publisher, PUBLISHER);

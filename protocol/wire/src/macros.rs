//! The few macros that keep the domain files readable: messages, open enums, ids, and the tables of commands and events.

/// Plain structs as the wire has them: camelCase names, and absence spelt in the type of the field.
///
/// * `Option<T>`: may be absent, left out when `None`.
/// * `bool = false`: absent means false, left out when false.
/// * `Vec<T> = []`: absent means empty, left out when empty.
/// * `u32`, `u64`, `i32`, alone or in an `Option`: also read from `3.0`, and clamped to the type's range (existing
///   clients send 2^53 - 1 as "the last column").
///
/// `remote = "Self"` gives the derived code as plain functions, for reading to go through [`crate::lenient::Object`].
macro_rules! message {
    ($($(#[$meta:meta])* pub struct $name:ident { $($fields:tt)* })*) => {
        $(message!(@ [$(#[$meta])* pub struct $name] [] $($fields)*);)*
    };
    (@ [$(#[$meta:meta])* pub struct $name:ident] [$($done:tt)*]) => {
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "camelCase", remote = "Self")]
        $(#[$meta])* pub struct $name { $($done)* }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
                Self::serialize(self, serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
                Self::deserialize(crate::lenient::Object(deserializer))
            }
        }
    };
    (@ $head:tt $done:tt $(#[$meta:meta])* pub $field:ident: bool = false, $($rest:tt)*) => {
        message!(@push $head $done [
            $(#[$meta])*
            #[serde(default, skip_serializing_if = "crate::lenient::is_false")]
            pub $field: bool,
        ] $($rest)*);
    };
    (@ $head:tt $done:tt $(#[$meta:meta])* pub $field:ident: Vec<$item:ty> = [], $($rest:tt)*) => {
        message!(@push $head $done [
            $(#[$meta])*
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            pub $field: Vec<$item>,
        ] $($rest)*);
    };
    (@ $head:tt $done:tt $(#[$meta:meta])* pub $field:ident: Option<u32>, $($rest:tt)*) => {
        message!(@integer_option $head $done [$(#[$meta])*] $field u32 $($rest)*);
    };
    (@ $head:tt $done:tt $(#[$meta:meta])* pub $field:ident: Option<u64>, $($rest:tt)*) => {
        message!(@integer_option $head $done [$(#[$meta])*] $field u64 $($rest)*);
    };
    (@ $head:tt $done:tt $(#[$meta:meta])* pub $field:ident: Option<i32>, $($rest:tt)*) => {
        message!(@integer_option $head $done [$(#[$meta])*] $field i32 $($rest)*);
    };
    (@ $head:tt $done:tt $(#[$meta:meta])* pub $field:ident: Option<$inner:ty>, $($rest:tt)*) => {
        message!(@push $head $done [
            $(#[$meta])*
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub $field: Option<$inner>,
        ] $($rest)*);
    };
    (@ $head:tt $done:tt $(#[$meta:meta])* pub $field:ident: u32, $($rest:tt)*) => {
        message!(@integer $head $done [$(#[$meta])*] $field u32 $($rest)*);
    };
    (@ $head:tt $done:tt $(#[$meta:meta])* pub $field:ident: u64, $($rest:tt)*) => {
        message!(@integer $head $done [$(#[$meta])*] $field u64 $($rest)*);
    };
    (@ $head:tt $done:tt $(#[$meta:meta])* pub $field:ident: i32, $($rest:tt)*) => {
        message!(@integer $head $done [$(#[$meta])*] $field i32 $($rest)*);
    };
    (@ $head:tt $done:tt $(#[$meta:meta])* pub $field:ident: $type:ty, $($rest:tt)*) => {
        message!(@push $head $done [$(#[$meta])* pub $field: $type,] $($rest)*);
    };
    (@integer $head:tt $done:tt [$($meta:tt)*] $field:ident $type:ident $($rest:tt)*) => {
        message!(@push $head $done [
            $($meta)*
            #[serde(deserialize_with = "crate::lenient::integer")]
            pub $field: $type,
        ] $($rest)*);
    };
    (@integer_option $head:tt $done:tt [$($meta:tt)*] $field:ident $type:ident $($rest:tt)*) => {
        message!(@push $head $done [
            $($meta)*
            #[serde(
                default,
                skip_serializing_if = "Option::is_none",
                deserialize_with = "crate::lenient::integer_option"
            )]
            pub $field: Option<$type>,
        ] $($rest)*);
    };
    (@push $head:tt [$($done:tt)*] [$($field:tt)*] $($rest:tt)*) => {
        message!(@ $head [$($done)* $($field)*] $($rest)*);
    };
}

/// Enums of strings to which a newer peer may add: an unknown string is kept in `Other`.
macro_rules! open_enum {
    ($($(#[$meta:meta])* pub enum $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $text:literal,)* })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)*
            /// A string this version does not know.
            Other(Box<str>),
        }

        impl $name {
            /// Every string this version knows, in the schema's order.
            pub const KNOWN: &[&str] = &[$($text),*];

            /// The string on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Other(text) => text,
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)*
                    _ => Self::Other(text.into()),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
                crate::lenient::text(deserializer, |text| Ok(Self::from(text)))
            }
        }
    )*};
}

/// String newtypes that are never interchangeable. Cloning one counts a reference, it copies no text.
macro_rules! ids {
    ($($(#[$meta:meta])* pub struct $name:ident;)*) => {$(
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(std::sync::Arc<str>);

        impl $name {
            /// The text on the wire.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text.into())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&self.0)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({:?})"), &*self.0)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
                crate::lenient::shared_text(deserializer).map(Self)
            }
        }
    )*};
}

/// The table of a domain's commands: what each is called, which type answers it, and whether it may be asked again.
///
/// `read` commands change nothing that a later answer depends on, so a client may repeat them; `write` ones do.
macro_rules! commands {
    ($scope:ident: $($kind:ident $method:literal $params:ty => $result:ty;)*) => {
        /// Every command of this domain, in the schema's order.
        pub const COMMANDS: &[crate::command::CommandInfo] =
            &[$(crate::command::CommandInfo::of::<$params>()),*];

        $(impl crate::command::Command for $params {
            type Result = $result;
            const METHOD: &'static str = $method;
            const SCOPE: crate::command::Scope = crate::command::Scope::$scope;
            const REPEATABLE: bool = commands!(@ $kind);
        })*
    };
    (@ read) => { true };
    (@ write) => { false };
}

/// The table of a domain's events.
macro_rules! events {
    ($scope:ident: $($method:literal $payload:ty;)*) => {
        /// Every event of this domain, in the schema's order.
        pub const EVENTS: &[crate::event::EventInfo] = &[$(crate::event::EventInfo::of::<$payload>()),*];

        $(impl crate::event::Event for $payload {
            const METHOD: &'static str = $method;
            const SCOPE: crate::command::Scope = crate::command::Scope::$scope;
        })*
    };
}

//! Values that are written by name: `"group_norm"`, `"completion"`.
//!
//! Every type whose values have names in specs, rows or arguments has the constant `NAMES`,
//! [`FromStr`](std::str::FromStr), whose error lists the names, and [`Display`](std::fmt::Display). `by_name` writes
//! them; a type with a variant that holds data and no default writes them by hand, with [`unknown`] for the error.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapDeserializer;
use serde::de::{self, DeserializeSeed, Deserializer, EnumAccess, Unexpected, VariantAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// Gives an enum `NAMES`, `FromStr` and `Display`. The literal is the option in error messages.
///
/// - `by_name!(Scope, "scope", Completion = "completion", Final = "final")`: from a table of the variants, none of which
///   holds data.
/// - `by_name!(Rule, "rule", all by name)`: from the constant `ALL` and a `const fn name(self) -> &'static str`.
/// - `by_name!(Estimator, "estimator")`: from the names that serde derives; variants may hold constants that have
///   defaults. The type itself defines `NAMES`.
macro_rules! by_name {
    ($type:ident, $option:literal) => {
        impl std::str::FromStr for $type {
            type Err = crate::Error;

            /// The variant of this name, with its constants at their defaults.
            fn from_str(name: &str) -> crate::Result<Self> {
                crate::core::names::parse($option, &Self::NAMES, name)
            }
        }

        impl std::fmt::Display for $type {
            /// The name, without the constants.
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                crate::core::names::write(self, formatter)
            }
        }
    };
    ($type:ident, $option:literal, all by $name:ident) => {
        impl $type {
            /// The names, in the order of [`ALL`](Self::ALL).
            pub const NAMES: [&'static str; Self::ALL.len()] = {
                let mut names = [""; Self::ALL.len()];
                let mut place = 0;
                while place < names.len() {
                    names[place] = Self::ALL[place].$name();
                    place += 1;
                }
                names
            };
        }

        impl std::str::FromStr for $type {
            type Err = crate::Error;

            fn from_str(name: &str) -> crate::Result<Self> {
                let found = Self::ALL.iter().copied().find(|value| value.$name() == name);
                found.ok_or_else(|| crate::core::names::unknown($option, &Self::NAMES, name))
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.pad(self.$name())
            }
        }
    };
    ($type:ident, $option:literal, $( $variant:ident = $text:literal ),+ $(,)?) => {
        impl $type {
            /// The names.
            pub const NAMES: [&'static str; [$( $text ),+].len()] = [$( $text ),+];

            pub(crate) const fn name(self) -> &'static str {
                match self { $( Self::$variant => $text, )+ }
            }
        }

        impl std::str::FromStr for $type {
            type Err = crate::Error;

            fn from_str(name: &str) -> crate::Result<Self> {
                match name {
                    $( $text => Ok(Self::$variant), )+
                    other => Err(crate::core::names::unknown($option, &Self::NAMES, other)),
                }
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.pad(self.name())
            }
        }
    };
}
pub(crate) use by_name;

/// The error for a name that is not among the known ones.
pub(crate) fn unknown(option: &str, names: &[&str], got: &str) -> Error {
    Error::option(option, format_args!("`{got}`"), format_args!("use one of {}", names.join(", ")))
}

/// The variant of a name, with its constants at their defaults.
///
/// # Errors
/// A name that is not in `names`; a variant with a constant that has no default.
pub(crate) fn parse<'de, T: Deserialize<'de>>(option: &str, names: &[&str], name: &str) -> Result<T> {
    if !names.contains(&name) {
        return Err(unknown(option, names, name));
    }
    T::deserialize(NameAlone::<de::value::Error>::new(name))
        .map_err(|error| Error::option(option, format_args!("`{name}` alone"), format_args!("give it with its constants: {error}")))
}

/// Writes the name of a variant.
pub(crate) fn write(value: &impl Serialize, formatter: &mut fmt::Formatter) -> fmt::Result {
    match serde_json::to_value(value).map_err(|_| fmt::Error)? {
        serde_json::Value::String(name) => formatter.pad(&name),
        serde_json::Value::Object(variant) => formatter.pad(variant.keys().next().ok_or(fmt::Error)?),
        _ => Err(fmt::Error),
    }
}

/// Deserializes a variant from its name alone: the constants have their defaults.
pub(crate) struct NameAlone<E>(String, PhantomData<E>);

impl<E> NameAlone<E> {
    pub(crate) fn new(name: &str) -> Self {
        Self(name.to_owned(), PhantomData)
    }
}

impl<'de, E: de::Error> Deserializer<'de> for NameAlone<E> {
    type Error = E;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> std::result::Result<V::Value, E> {
        visitor.visit_enum(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct newtype_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de, E: de::Error> EnumAccess<'de> for NameAlone<E> {
    type Error = E;
    type Variant = DefaultConstants<E>;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> std::result::Result<(S::Value, DefaultConstants<E>), E> {
        let name = de::value::StringDeserializer::<E>::new(self.0);
        Ok((seed.deserialize(name)?, DefaultConstants(PhantomData)))
    }
}

/// The constants of a variant that was given by its name alone: an empty map.
pub(crate) struct DefaultConstants<E>(PhantomData<E>);

impl<E: de::Error> DefaultConstants<E> {
    fn empty<'de>() -> MapDeserializer<'de, std::iter::Empty<(String, String)>, E> {
        MapDeserializer::new(std::iter::empty())
    }
}

impl<'de, E: de::Error> VariantAccess<'de> for DefaultConstants<E> {
    type Error = E;

    fn unit_variant(self) -> std::result::Result<(), E> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> std::result::Result<S::Value, E> {
        seed.deserialize(Self::empty())
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> std::result::Result<V::Value, E> {
        Err(E::invalid_type(Unexpected::TupleVariant, &visitor))
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> std::result::Result<V::Value, E> {
        Self::empty().deserialize_map(visitor)
    }
}

/// Checks in tests that every name is written as it is read, and that serde knows the same names.
#[cfg(test)]
pub(crate) fn assert_names_agree<T>(names: &[&str], without_defaults: &[&str])
where
    T: for<'de> Deserialize<'de> + std::str::FromStr<Err = Error> + fmt::Display,
{
    for name in names {
        match name.parse::<T>() {
            Ok(value) => assert_eq!(value.to_string(), *name),
            Err(error) => assert!(without_defaults.contains(name), "{error}"),
        }
    }
    let error = "no_such_name".parse::<T>().err().expect("an unknown name is refused").to_string();
    assert!(error.ends_with(&format!("got `no_such_name`: use one of {}", names.join(", "))), "{error}");
    let known = T::deserialize(NameAlone::<de::value::Error>::new("no_such_name")).err().expect("serde refuses it").to_string();
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let separator = if names.len() == 2 { " or " } else { ", " };
    assert!(known.ends_with(&quoted.join(separator)), "{known}");
}

#[cfg(all(feature = "math", feature = "rules", feature = "code"))]
#[cfg(test)]
mod tests {
    use std::fmt::Display;
    use std::str::FromStr;

    use super::assert_names_agree;
    use crate::Error;

    fn assert_read_as_written<T: FromStr<Err = Error> + Display>(names: &[&str]) {
        for name in names {
            assert_eq!(name.parse::<T>().map(|value| value.to_string()).map_err(|error| error.to_string()).as_deref(), Ok(*name));
        }
        assert!("no_such_name".parse::<T>().is_err_and(|error| error.is_spec()));
    }

    #[test]
    fn names_of_types_with_data_are_read_as_they_are_written() {
        assert_read_as_written::<crate::code::Compare>(&crate::code::Compare::NAMES);
        assert_read_as_written::<crate::text::LengthUnit>(&crate::text::LengthUnit::NAMES);
        assert_read_as_written::<crate::text::RepetitionUnit>(&crate::text::RepetitionUnit::NAMES);
    }

    #[cfg(feature = "structured")]
    #[test]
    fn names_of_data_formats_are_read_as_they_are_written() {
        assert_read_as_written::<crate::text::DataFormat>(&crate::text::DataFormat::NAMES);
    }

    #[test]
    fn an_unknown_name_is_refused_with_the_known_ones() {
        let error = "best".parse::<crate::select::Rank>().unwrap_err().to_string();
        assert_eq!(error, "option `rank` got `best`: use one of first, reward, shortest, longest, median, random");
    }

    #[test]
    fn names_that_serde_derives_are_those_of_the_tables() {
        assert_names_agree::<crate::Verdict>(&crate::Verdict::NAMES, &[]);
        assert_names_agree::<crate::code::Isolation>(&crate::code::Isolation::NAMES, &[]);
        assert_names_agree::<crate::episode::Origin>(&crate::episode::Origin::NAMES, &[]);
        assert_names_agree::<crate::episode::Role>(&crate::episode::Role::NAMES, &[]);
        assert_names_agree::<crate::math::Extract>(&crate::math::Extract::NAMES, &[]);
        assert_names_agree::<crate::select::RejectReason>(&crate::select::RejectReason::NAMES, &[]);
    }
}

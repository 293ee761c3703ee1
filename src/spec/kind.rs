//! A kind of reward, and typed access to the options that an entry of a spec gives it.
//!
//! Accepts: the options that the kind declares, of the type the builder asks for. Refuses: everything else, with a message that says
//! the kind, the option, what was expected and what was found.
//!
//! Every getter gives `None` where the option is absent, so that a builder states its default at the call:
//! `options.u64("max")?.unwrap_or(4096)`.

use std::str::FromStr;

use serde_json::{Map, Value};

use super::{ComponentSpec, KindOption, Takes};
use crate::core::describe::describe;
use crate::{Error, Result, Reward};

/// A kind of reward: its name, its options, how it is built from them.
#[derive(Debug)]
pub struct Kind {
    /// The value of `kind` in a spec.
    pub name: &'static str,
    /// One sentence that describes it.
    pub about: &'static str,
    /// Every option. What is not listed here is refused before `build` is called.
    pub options: &'static [KindOption],
    /// Builds the reward; absent options have the defaults of the kind.
    pub build: fn(&Options<'_>) -> Result<Box<dyn Reward>>,
}

impl Kind {
    /// The option of that name.
    pub fn option(&self, name: &str) -> Option<&'static KindOption> {
        self.options.iter().find(|option| option.name == name)
    }
}

/// Kinds that belong together: a section of the list in `docs/rewards`, and a module of the Python package.
#[derive(Debug)]
pub struct Family {
    /// One word.
    pub name: &'static str,
    /// What its kinds judge, as a heading.
    pub about: &'static str,
    /// Its kinds, the simplest first.
    pub kinds: &'static [&'static Kind],
}

/// The option that [`Options::thinking`] reads.
#[cfg(any(feature = "math", feature = "rules"))]
pub(super) const THINKING: KindOption = KindOption::new(
    "thinking",
    Takes::Texts,
    "The names of the tags around thinking, for example `think` or `scratchpad`; `auto` is the list of names that open models use.",
)
.default("auto");

/// The options of one entry of a spec, checked against what its kind declares.
///
/// ```
/// use r1rewards::spec::{ComponentSpec, Options, kind};
/// let spec = ComponentSpec::new("math").with_option("policy", 3);
/// let options = Options::checked(kind("math")?, &spec.options)?;
/// let error = options.str("policy").unwrap_err();
/// assert_eq!(error.to_string(), "`math`: option `policy` must be a string, got the number 3");
/// # Ok::<(), r1rewards::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    kind: &'static Kind,
    map: &'a Map<String, Value>,
}

impl<'a> Options<'a> {
    /// The options of that kind.
    ///
    /// # Errors
    /// An option that the kind does not declare.
    pub fn checked(kind: &'static Kind, map: &'a Map<String, Value>) -> Result<Self> {
        let unknown = map.keys().find(|name| kind.option(name).is_none());
        if let Some(name) = unknown {
            let known: Vec<_> = kind.options.iter().map(|option| option.name).chain(["weight", "name"]).collect();
            return Err(Error::spec(format_args!("`{}`: unknown option `{name}`; known options: {}", kind.name, known.join(", "))));
        }
        Ok(Self { kind, map })
    }

    /// All of them, as the spec wrote them.
    pub fn map(&self) -> &'a Map<String, Value> {
        self.map
    }

    /// The option as it was written.
    pub fn value(&self, name: &str) -> Option<&'a Value> {
        debug_assert!(self.kind.option(name).is_some(), "`{}` reads the option `{name}` that it does not declare", self.kind.name);
        self.map.get(name)
    }

    /// A string.
    ///
    /// # Errors
    /// A value of another type; so for every getter below.
    pub fn str(&self, name: &str) -> Result<Option<&'a str>> {
        self.read(name, "a string", Value::as_str)
    }

    /// True or false.
    ///
    /// # Errors
    /// A value of another type.
    pub fn bool(&self, name: &str) -> Result<Option<bool>> {
        self.read(name, "true or false", Value::as_bool)
    }

    /// A whole number, not negative.
    ///
    /// # Errors
    /// A value of another type, a negative or fractional number.
    pub fn u64(&self, name: &str) -> Result<Option<u64>> {
        self.read(name, "a whole number of at least 0", Value::as_u64)
    }

    /// A whole number that counts things in memory.
    ///
    /// # Errors
    /// As [`u64`](Self::u64).
    pub fn usize(&self, name: &str) -> Result<Option<usize>> {
        self.read(name, "a whole number of at least 0", |value| usize::try_from(value.as_u64()?).ok())
    }

    /// A finite number.
    ///
    /// # Errors
    /// A value of another type.
    pub fn f64(&self, name: &str) -> Result<Option<f64>> {
        self.read(name, "a finite number", |value| value.as_f64().filter(|number| number.is_finite()))
    }

    /// A finite number from `low` to `high`, both allowed.
    ///
    /// # Errors
    /// A value of another type or out of the range.
    pub fn f64_within(&self, name: &str, low: f64, high: f64) -> Result<Option<f64>> {
        let expected = format!("a number from {low} to {high}");
        self.read(name, &expected, |value| value.as_f64().filter(|number| (low..=high).contains(number)))
    }

    /// A string, or a list of strings, as a list.
    ///
    /// # Errors
    /// A value of another type.
    pub fn strings(&self, name: &str) -> Result<Option<Vec<&'a str>>> {
        self.read(name, "a string or a list of strings", |value| match value {
            Value::String(one) => Some(vec![one.as_str()]),
            Value::Array(many) => many.iter().map(Value::as_str).collect(),
            _ => None,
        })
    }

    /// The marks around thinking: the option `thinking`, which is `auto`, a name, or a list of names.
    ///
    /// # Errors
    /// A value of another type, or what cannot be the name of a tag.
    #[cfg(any(feature = "math", feature = "rules"))]
    pub fn thinking(&self) -> Result<Option<crate::reading::Thinking>> {
        use crate::reading::Thinking;
        let is_name = |name: &&str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | ':'));
        let name = THINKING.name;
        match self.strings(name)?.as_deref() {
            None => Ok(None),
            Some(["auto"]) => Ok(Some(Thinking::Auto)),
            Some(names) if !names.is_empty() && names.iter().all(is_name) => Ok(Some(Thinking::named(names.iter().copied()))),
            Some(_) => Err(self.refuse(name, "auto, or names of letters, digits and `_-:`")),
        }
    }

    /// One of the words that the kind declares for the option, which takes a [`Takes::Word`].
    ///
    /// # Errors
    /// A value of another type or another word; the message lists the words.
    pub fn word(&self, name: &str) -> Result<Option<&'static str>> {
        let choices = match self.kind.option(name).map(|option| option.takes) {
            Some(Takes::Word(words)) => words,
            _ => &[],
        };
        let expected = format!("one of {}", choices.join(", "));
        self.read(name, &expected, |value| choices.iter().copied().find(|choice| Some(*choice) == value.as_str()))
    }

    /// The value of the word that [`word`](Self::word) finds.
    ///
    /// # Errors
    /// As [`word`](Self::word).
    ///
    /// ```
    /// # use r1rewards::spec::{ComponentSpec, Options, kind};
    /// use r1rewards::math::Extract;
    /// let spec = ComponentSpec::new("math").with_option("extract", "boxed");
    /// let options = Options::checked(kind("math")?, &spec.options)?;
    /// assert_eq!(options.named::<Extract>("extract")?, Some(Extract::Boxed));
    /// # Ok::<(), r1rewards::Error>(())
    /// ```
    pub fn named<T: FromStr<Err = Error>>(&self, name: &str) -> Result<Option<T>> {
        self.word(name)?.map(str::parse).transpose()
    }

    /// A reward inside this one, as an entry of a spec.
    ///
    /// # Errors
    /// A value that is not an entry of a spec.
    pub fn component(&self, name: &str) -> Result<Option<ComponentSpec>> {
        self.value(name).map(|value| ComponentSpec::from_value(value).map_err(|error| self.inside(name, &error))).transpose()
    }

    /// A list of rewards inside this one.
    ///
    /// # Errors
    /// A value that is not a list of entries of a spec.
    pub fn components(&self, name: &str) -> Result<Option<Vec<ComponentSpec>>> {
        let Some(entries) = self.read(name, "a list of rewards", Value::as_array)? else { return Ok(None) };
        let components = entries.iter().enumerate().map(|(index, entry)| {
            ComponentSpec::from_value(entry).map_err(|error| self.inside(&format!("{name}[{index}]"), &error))
        });
        components.collect::<Result<_>>().map(Some)
    }

    /// The option, or an error that says it is needed.
    ///
    /// # Errors
    /// `value` is `None`.
    ///
    /// ```
    /// # use r1rewards::spec::{ComponentSpec, Options, kind};
    /// # let spec = ComponentSpec::new("math");
    /// # let options = Options::checked(kind("math")?, &spec.options)?;
    /// let error = options.required("policy", options.str("policy")?).unwrap_err();
    /// assert!(error.to_string().starts_with("`math`: the option `policy` is required: The set of switches"));
    /// # Ok::<(), r1rewards::Error>(())
    /// ```
    pub fn required<T>(&self, name: &str, value: Option<T>) -> Result<T> {
        value.ok_or_else(|| {
            let about =
                self.kind.option(name).map_or_else(String::new, |option| format!(": {} Give {}.", option.about, option.takes));
            Error::spec(format_args!("`{}`: the option `{name}` is required{about}", self.kind.name))
        })
    }

    /// The error for a value of the right type that is still no good: `expected` completes "must be ...".
    pub fn refuse(&self, name: &str, expected: &str) -> Error {
        let found = self.map.get(name).unwrap_or(&Value::Null);
        Error::spec(format_args!("`{}`: {}", self.kind.name, must_be(&format!("option `{name}`"), expected, found)))
    }

    fn read<T>(&self, name: &str, expected: &str, get: impl FnOnce(&'a Value) -> Option<T>) -> Result<Option<T>> {
        self.value(name).map(|value| get(value).ok_or_else(|| self.refuse(name, expected))).transpose()
    }

    fn inside(&self, name: &str, error: &Error) -> Error {
        Error::spec(format_args!("`{}`: option `{name}`: {error}", self.kind.name))
    }
}

/// The sentence of every type error.
pub(super) fn must_be(what: &str, expected: &str, found: &Value) -> String {
    format!("{what} must be {expected}, got {}", describe(found))
}

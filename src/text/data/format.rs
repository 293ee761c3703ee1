//! Formats of data by name, and the check of a text against one.

use serde::de::IgnoredAny;

use super::toml;
#[cfg(feature = "structured")]
use super::{csv, xml, yaml};
use crate::{Error, Result};

/// A data format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataFormat {
    /// RFC 8259.
    Json,
    /// YAML 1.2.
    #[cfg(feature = "structured")]
    Yaml,
    /// TOML 1.
    Toml,
    /// XML 1.0 with namespaces, one root element.
    #[cfg(feature = "structured")]
    Xml,
    /// RFC 4180, all rows of one width; a line may end without a carriage return.
    #[cfg(feature = "structured")]
    Csv,
}

impl DataFormat {
    /// The names in specs; all but json and toml need the feature `structured`.
    pub const NAMES: [&'static str; 5] = ["json", "yaml", "toml", "xml", "csv"];

    /// The words after a fence that mean this format.
    pub(super) fn fence_words(self) -> &'static [&'static str] {
        match self {
            Self::Json => &["json"],
            Self::Toml => &["toml"],
            #[cfg(feature = "structured")]
            Self::Yaml => &["yaml", "yml"],
            #[cfg(feature = "structured")]
            Self::Xml => &["xml"],
            #[cfg(feature = "structured")]
            Self::Csv => &["csv"],
        }
    }

    /// Checks that a text is valid; the error says where it is not.
    ///
    /// # Errors
    /// The parser's message, as an [`Error`] that [`is_data`](Error::is_data).
    ///
    /// ```
    /// use r1rewards::text::DataFormat;
    /// assert!(DataFormat::Json.validate("[1, 2]").is_ok());
    /// assert!(DataFormat::Json.validate("[1, 2").unwrap_err().is_data());
    /// ```
    pub fn validate(self, text: &str) -> Result<()> {
        let valid = match self {
            Self::Json => serde_json::from_str::<IgnoredAny>(text).map(drop).map_err(|error| error.to_string()),
            Self::Toml => toml::validate(text),
            #[cfg(feature = "structured")]
            Self::Yaml => yaml::validate(text),
            #[cfg(feature = "structured")]
            Self::Xml => xml::validate(text),
            #[cfg(feature = "structured")]
            Self::Csv => csv::validate(text),
        };
        valid.map_err(Error::data)
    }
}

impl std::str::FromStr for DataFormat {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        match name {
            "json" => Ok(Self::Json),
            "toml" => Ok(Self::Toml),
            #[cfg(feature = "structured")]
            "yaml" => Ok(Self::Yaml),
            #[cfg(feature = "structured")]
            "xml" => Ok(Self::Xml),
            #[cfg(feature = "structured")]
            "csv" => Ok(Self::Csv),
            other => {
                Err(Error::option("format", format_args!("`{other}`"), "use json, yaml, toml, xml or csv (feature `structured`)"))
            }
        }
    }
}

impl std::fmt::Display for DataFormat {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(match self {
            Self::Json => "json",
            Self::Toml => "toml",
            #[cfg(feature = "structured")]
            Self::Yaml => "yaml",
            #[cfg(feature = "structured")]
            Self::Xml => "xml",
            #[cfg(feature = "structured")]
            Self::Csv => "csv",
        })
    }
}

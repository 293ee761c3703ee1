//! The names of the formats.

use crate::core::names::by_name;

/// A format of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// One JSON object per line.
    Jsonl,
    /// One JSON list of objects.
    Json,
    /// Records separated by commas, with a header.
    Csv,
    /// Records separated by tabs, with a header.
    Tsv,
    /// Apache Parquet.
    Parquet,
    /// Apache Arrow IPC: a file (Feather version 2) or a stream.
    Arrow,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 6] = [Self::Jsonl, Self::Json, Self::Csv, Self::Tsv, Self::Parquet, Self::Arrow];

    /// Its name, as `--format` takes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jsonl => "jsonl",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Parquet => "parquet",
            Self::Arrow => "arrow",
        }
    }
}

by_name!(Format, "format", all by name);

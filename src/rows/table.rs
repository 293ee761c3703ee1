//! Result rows as a Parquet file.
//!
//! The columns: `id` (integers if all ids are, else text), `verdict`, `reward` (null if unscored), `reason`, `extracted`,
//! `rule`, `detail`, `work`, `hash` and `group` (the digests by which results are joined to rows, null if there is none), and
//! `components.NAME` with each component's reward; the Python package gives the same columns without the digests. Where a row has
//! components, `components` has their whole outcomes as JSON text, from which they are read again. Compressed with zstd.
//!
//! Accepts: result rows as JSON Lines. They are kept in a temporary file until the end, because the columns are known only
//! when all rows are: a row may have a reward spec, and so components, of its own. Memory does not grow with their number.
//! Refuses: other rows; more than [`MOST_COMPONENTS`] components.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, BufWriter, Seek as _, Write};
use std::sync::Arc;

use arrow_array::builder::{Float64Builder, Int64Builder, StringBuilder, UInt64Builder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use serde_json::Value;

use super::ResultRow;
use crate::Outcome;

/// The most components of all rows together.
const MOST_COMPONENTS: usize = 1000;
/// The rows and the bytes of text after which a batch is written.
const BATCH_ROWS: usize = 8192;
const BATCH_BYTES: usize = 8 << 20;
/// The bytes of encoded rows after which a row group ends.
const GROUP_BYTES: usize = 32 << 20;

/// A writer that takes result rows as JSON Lines and writes a Parquet file when it is finished.
pub(super) struct ResultTable<W> {
    lines: BufWriter<File>,
    out: W,
}

impl<W: Write + Send> ResultTable<W> {
    /// A table that is written to `out`.
    ///
    /// # Errors
    /// No temporary file can be created.
    pub(super) fn new(out: W) -> io::Result<Self> {
        Ok(Self { lines: BufWriter::new(tempfile::tempfile()?), out })
    }

    /// The table of results that are already in a file.
    pub(super) fn of(lines: File, out: W) -> Self {
        Self { lines: BufWriter::new(lines), out }
    }

    /// Writes the table and returns the output.
    ///
    /// # Errors
    /// A failed write; a line that is not a result row.
    pub(super) fn finish(self) -> io::Result<W> {
        let mut lines = self.lines.into_inner().map_err(io::IntoInnerError::into_error)?;
        let columns = Columns::of(&mut lines)?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(3).map_err(io::Error::other)?))
            .build();
        let mut writer = ArrowWriter::try_new(self.out, columns.schema(), Some(properties)).map_err(io::Error::other)?;
        let mut batch = Batch::new(&columns);
        for row in rows(&mut lines)? {
            batch.push(&row?);
            if batch.rows >= BATCH_ROWS || batch.bytes >= BATCH_BYTES {
                let full = std::mem::replace(&mut batch, Batch::new(&columns));
                writer.write(&full.finish()?).map_err(io::Error::other)?;
                if writer.in_progress_size() >= GROUP_BYTES {
                    writer.flush().map_err(io::Error::other)?;
                }
            }
        }
        writer.write(&batch.finish()?).map_err(io::Error::other)?;
        writer.into_inner().map_err(io::Error::other)
    }
}

impl<W> Write for ResultTable<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.lines.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.lines.flush()
    }
}

/// The rows of the temporary file, from its start.
fn rows(lines: &mut File) -> io::Result<impl Iterator<Item = io::Result<ResultRow>>> {
    lines.rewind()?;
    let other = |error| io::Error::new(io::ErrorKind::InvalidData, format!("only results can be written as Parquet: {error}"));
    let split = BufReader::with_capacity(1 << 16, lines).split(b'\n');
    Ok(split.map(move |line| serde_json::from_slice(&line?).map_err(other)))
}

/// The columns that depend on the rows.
struct Columns {
    numbered: bool,
    /// Whether a row has columns that the rewards read besides prompt and reference.
    has_read: bool,
    components: Vec<String>,
    /// The place of each component.
    places: HashMap<String, usize>,
}

impl Columns {
    fn of(lines: &mut File) -> io::Result<Self> {
        let mut columns = Self { numbered: true, has_read: false, components: Vec::new(), places: HashMap::new() };
        for row in rows(lines)? {
            let ResultRow { id, outcome, read, .. } = row?;
            columns.has_read |= read.is_some();
            columns.numbered &= id.as_i64().is_some();
            for (name, _) in outcome.components {
                if columns.places.contains_key(&name) {
                    continue;
                }
                if columns.components.len() == MOST_COMPONENTS {
                    let problem = format!("the results have more than {MOST_COMPONENTS} different components: write JSON Lines");
                    return Err(io::Error::new(io::ErrorKind::InvalidData, problem));
                }
                columns.places.insert(name.clone(), columns.components.len());
                columns.components.push(name);
            }
        }
        Ok(columns)
    }

    fn schema(&self) -> SchemaRef {
        let text = |name: &str| Field::new(name, DataType::Utf8, true);
        let id = if self.numbered { Field::new("id", DataType::Int64, true) } else { text("id") };
        let mut fields = vec![id, text("verdict"), Field::new("reward", DataType::Float64, true), text("reason")];
        fields.extend([text("extracted"), text("rule"), text("detail"), Field::new("work", DataType::UInt64, true)]);
        fields.extend([text("hash"), text("group")]);
        fields.extend(self.has_read.then(|| text("read")));
        fields.extend(self.components.iter().map(|name| Field::new(format!("components.{name}"), DataType::Float64, true)));
        fields.extend((!self.components.is_empty()).then(|| text("components")));
        Arc::new(Schema::new(fields))
    }
}

/// Rows that are not written yet, by column.
struct Batch<'a> {
    columns: &'a Columns,
    rows: usize,
    bytes: usize,
    numbers: Int64Builder,
    ids: StringBuilder,
    /// Verdict, reason, extracted, rule and detail.
    texts: [StringBuilder; 5],
    rewards: Float64Builder,
    work: UInt64Builder,
    /// Hash and group.
    digests: [StringBuilder; 2],
    /// The columns that the rewards read besides prompt and reference, and their digest.
    read: StringBuilder,
    components: Vec<Float64Builder>,
    /// The components as a whole.
    whole: StringBuilder,
}

impl<'a> Batch<'a> {
    fn new(columns: &'a Columns) -> Self {
        Self {
            columns,
            rows: 0,
            bytes: 0,
            numbers: Int64Builder::new(),
            ids: StringBuilder::new(),
            texts: std::array::from_fn(|_| StringBuilder::new()),
            rewards: Float64Builder::new(),
            work: UInt64Builder::new(),
            digests: std::array::from_fn(|_| StringBuilder::new()),
            read: StringBuilder::new(),
            components: columns.components.iter().map(|_| Float64Builder::new()).collect(),
            whole: StringBuilder::new(),
        }
    }

    fn push(&mut self, ResultRow { id, outcome, hash, group, read }: &ResultRow) {
        if self.columns.numbered {
            self.numbers.append_option(id.as_i64());
        } else {
            self.ids.append_value(id.as_str().map_or_else(|| id.to_string(), str::to_owned));
        }
        let Outcome { verdict, value, reason, extracted, rule, detail, components, cost } = outcome;
        let texts = [Some(verdict.code()), Some(reason.code()), extracted.as_deref(), rule.as_deref(), detail.as_deref()];
        for (builder, text) in self.texts.iter_mut().zip(texts) {
            builder.append_option(text);
            self.bytes += text.map_or(0, str::len);
        }
        self.rewards.append_option(*value);
        self.work.append_value(cost.work);
        for (builder, digest) in self.digests.iter_mut().zip([hash, group]) {
            builder.append_option(digest.map(|digest| digest.to_string()));
        }
        self.read.append_option(read.as_ref().map(ToString::to_string));
        let mut values = vec![None; self.components.len()];
        for (name, component) in components {
            if let Some(place) = self.columns.places.get(name) {
                values[*place] = component.value;
            }
        }
        self.components.iter_mut().zip(values).for_each(|(builder, value)| builder.append_option(value));
        let whole =
            components.iter().next().and_then(|_| serde_json::to_value(outcome).ok()?.get("components").map(Value::to_string));
        self.bytes += whole.as_ref().map_or(0, String::len);
        self.whole.append_option(whole);
        self.rows += 1;
    }

    fn finish(mut self) -> io::Result<RecordBatch> {
        let [verdict, reason, extracted, rule, detail] =
            self.texts.each_mut().map(|builder| Arc::new(builder.finish()) as ArrayRef);
        let id: ArrayRef = if self.columns.numbered { Arc::new(self.numbers.finish()) } else { Arc::new(self.ids.finish()) };
        let mut arrays = vec![id, verdict, Arc::new(self.rewards.finish()), reason, extracted, rule, detail];
        arrays.push(Arc::new(self.work.finish()));
        arrays.extend(self.digests.iter_mut().map(|builder| Arc::new(builder.finish()) as ArrayRef));
        arrays.extend(self.columns.has_read.then(|| Arc::new(self.read.finish()) as ArrayRef));
        arrays.extend(self.components.iter_mut().map(|builder| Arc::new(builder.finish()) as ArrayRef));
        arrays.extend((!self.columns.components.is_empty()).then(|| Arc::new(self.whole.finish()) as ArrayRef));
        RecordBatch::try_new(self.columns.schema(), arrays).map_err(io::Error::other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Reason;
    use arrow_array::RecordBatchReader as _;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

    fn written(rows: &[ResultRow]) -> RecordBatch {
        let mut table = ResultTable::new(Vec::new()).unwrap();
        for row in rows {
            writeln!(table, "{}", serde_json::to_string(row).unwrap()).unwrap();
        }
        let bytes = table.finish().unwrap();
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&bytes).unwrap();
        let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().with_batch_size(1 << 20).build().unwrap();
        let schema = reader.schema();
        reader.map(Result::unwrap).next().unwrap_or_else(|| RecordBatch::new_empty(schema))
    }

    fn row(id: Value, components: &[(&str, f64)]) -> ResultRow {
        let component = |(name, value): &(&str, f64)| {
            let outcome = Outcome { value: Some(*value), ..Outcome::correct(Reason::Equal) };
            ((*name).to_owned(), outcome)
        };
        let outcome = Outcome { components: components.iter().map(component).collect(), ..Outcome::correct(Reason::Equal) };
        ResultRow {
            id,
            outcome: outcome.with_extracted("42").with_work(7),
            hash: "00000000000000ff".parse().ok(),
            group: None,
            read: None,
        }
    }

    fn names(batch: &RecordBatch) -> Vec<String> {
        batch.schema().fields().iter().map(|field| field.name().clone()).collect()
    }

    const OWN: [&str; 10] = ["id", "verdict", "reward", "reason", "extracted", "rule", "detail", "work", "hash", "group"];

    #[test]
    fn results_are_columns_and_components_are_found_in_every_row() {
        let batch =
            written(&[row(1.into(), &[]), row(2.into(), &[("math", 1.0)]), row(3.into(), &[("format", 0.5), ("math", 0.0)])]);
        let mut expected = OWN.to_vec();
        expected.extend(["components.math", "components.format", "components"]);
        assert_eq!(names(&batch), expected);
        assert_eq!(batch.num_rows(), 3);
        assert_eq!(batch.column(0).data_type(), &DataType::Int64);
        let math = arrow_array::cast::AsArray::as_primitive::<arrow_array::types::Float64Type>(batch.column(10));
        assert_eq!(math.iter().collect::<Vec<_>>(), [None, Some(1.0), Some(0.0)]);
    }

    #[test]
    fn ids_that_are_not_all_integers_are_text() {
        let batch = written(&[row(1.into(), &[]), row("1/0".into(), &[]), row(serde_json::json!([2]), &[])]);
        let ids = arrow_array::cast::AsArray::as_string::<i32>(batch.column(0));
        assert_eq!(ids.iter().flatten().collect::<Vec<_>>(), ["1", "1/0", "[2]"]);
    }

    #[test]
    fn a_table_without_results_has_its_columns() {
        let batch = written(&[]);
        assert_eq!((names(&batch), batch.num_rows()), (OWN.map(str::to_owned).to_vec(), 0));
    }

    #[test]
    fn other_rows_are_refused() {
        let mut table = ResultTable::new(Vec::new()).unwrap();
        writeln!(table, "{{\"prompt\": 1}}").unwrap();
        let problem = table.finish().unwrap_err().to_string();
        assert!(problem.starts_with("only results can be written as Parquet: "), "{problem}");
    }

    #[test]
    fn many_long_results_are_written_in_several_batches() {
        let long = |id: usize| ResultRow {
            outcome: Outcome::correct(Reason::Equal).with_detail("x".repeat(3 << 20)),
            ..row(id.into(), &[])
        };
        let rows: Vec<ResultRow> = (0..10).map(long).chain((10..20_000).map(|id| row(id.into(), &[]))).collect();
        let mut table = ResultTable::new(Vec::new()).unwrap();
        for row in &rows {
            writeln!(table, "{}", serde_json::to_string(row).unwrap()).unwrap();
        }
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&table.finish().unwrap()).unwrap();
        let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap();
        assert_eq!(reader.map(|batch| batch.unwrap().num_rows()).sum::<usize>(), rows.len());
    }
}

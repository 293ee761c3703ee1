//! Writes a module's memory as one piece.
//!
//! A snapshot has ten thousand pieces, each between two gaps of zeros, with its address and length in front. In one piece that begins at a multiple of
//! [`ALIGN`] bytes in the file where it does in memory, words lie at multiples of their size, which is what the packer looks for: the packed guest is
//! 0.15 MB smaller. The host makes the same image of memory from both.

use std::ops::Range;
use wasm_encoder::Encode;
use wasmparser::{Data, DataKind, Operator, Parser, Payload};
use wasmtime::error::Context;
use wasmtime::{Result, bail};

/// Of a word of any width.
const ALIGN: usize = 16;
/// The number of the section of data.
const DATA: u8 = 11;

/// Joins the pieces that are written to memory when a module starts.
///
/// # Errors
/// Pieces whose place is no constant, pieces of another memory, and a module whose code names its pieces: their numbers change.
pub fn join(module: &[u8]) -> Result<Vec<u8>> {
    let mut pieces: Vec<(usize, &[u8])> = vec![];
    let mut section: Option<Range<usize>> = None;
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::DataCountSection { .. } => bail!("the module's code names pieces of data"),
            Payload::DataSection(reader) => {
                section = Some(reader.range());
                for data in reader {
                    match data? {
                        // No code names pieces, so nothing reads it.
                        Data { kind: DataKind::Passive, .. } => {}
                        Data { kind: DataKind::Active { memory_index: 0, offset_expr }, data, .. } => {
                            let Operator::I32Const { value } = offset_expr.get_operators_reader().read()? else {
                                bail!("a piece of data whose place is no constant")
                            };
                            pieces.push((value.cast_unsigned() as usize, data));
                        }
                        _ => bail!("a piece of data of another memory"),
                    }
                }
            }
            _ => {}
        }
    }
    let section = section.context("the module has no data")?;
    let start = pieces.iter().map(|(at, _)| *at).min().context("the module has no data")?;
    let end = pieces.iter().map(|(at, data)| at + data.len()).max().unwrap_or(start);
    // The number of the section and its size are before its content.
    let before = &module[..header(module, &section)?];
    for lower in 0..ALIGN.min(start + 1) {
        let first = start - lower;
        let mut content = vec![];
        1_u32.encode(&mut content);
        content.extend([0x00, 0x41]);
        u32::try_from(first)?.cast_signed().encode(&mut content);
        content.push(0x0b);
        u32::try_from(end - first)?.encode(&mut content);
        let mut joined = before.to_vec();
        joined.push(DATA);
        u32::try_from(content.len() + (end - first))?.encode(&mut joined);
        joined.extend(content);
        if joined.len() % ALIGN == first % ALIGN {
            let base = joined.len();
            joined.resize(base + (end - first), 0);
            for (at, data) in pieces {
                joined[base + at - first..][..data.len()].copy_from_slice(data);
            }
            joined.extend(&module[section.end..]);
            return Ok(joined);
        }
    }
    bail!("no place for the data at which words are aligned")
}

/// Where the section with this content begins.
fn header(module: &[u8], content: &Range<usize>) -> Result<usize> {
    let mut size = vec![];
    u32::try_from(content.len())?.encode(&mut size);
    let begin = content.start.checked_sub(size.len() + 1).context("a section without a header")?;
    if module[begin] != DATA || module[begin + 1..content.start] != size {
        bail!("the size of the section of data is not in its shortest form");
    }
    Ok(begin)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PIECES: &str = r#"(module (memory (export "memory") 1)
        (data (i32.const 4096) "\01\02") (data (i32.const 5003) "\03") (data (i32.const 4097) "\04"))"#;

    /// The memory that a module starts with.
    fn memory(module: &[u8]) -> Vec<u8> {
        let engine = wasmtime::Engine::default();
        let module = wasmtime::Module::new(&engine, module).unwrap();
        let mut store = wasmtime::Store::new(&engine, ());
        let instance = wasmtime::Instance::new(&mut store, &module, &[]).unwrap();
        instance.get_memory(&mut store, "memory").unwrap().data(&store).to_vec()
    }

    #[test]
    fn the_memory_is_the_same_and_lies_aligned_in_the_file() {
        let module = wat::parse_str(PIECES).unwrap();
        let joined = join(&module).unwrap();
        assert_eq!(memory(&joined), memory(&module));
        assert_eq!(memory(&joined)[4096..4098], [1, 4]);
        let at = joined.iter().position(|byte| *byte == 4).unwrap();
        assert_eq!(at % ALIGN, 4097 % ALIGN);
    }

    #[test]
    fn what_cannot_be_joined_is_refused() {
        for module in [
            r#"(module (memory 1))"#,
            r#"(module (import "a" "b" (global i32)) (memory 1) (data (global.get 0) "a"))"#,
            r#"(module (memory 1) (data "a") (func (memory.init 0 (i32.const 0) (i32.const 0) (i32.const 1))))"#,
        ] {
            assert!(join(&wat::parse_str(module).unwrap()).is_err(), "{module}");
        }
    }
}

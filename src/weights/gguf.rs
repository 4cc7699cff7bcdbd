//! The header of a GGUF file: metadata and the list of tensors.
//!
//! The parser reads from a buffer that may end anywhere and says so, so that a caller can go on when
//! more has arrived. It never allocates by a count from the file before the bytes behind that count
//! are there.
//!
//! Source: the GGUF specification (ggml/docs/gguf.md), versions 2 and 3, little-endian.

use std::collections::BTreeMap;

use crate::config::MetadataValue;
use crate::error::{Error, Result};
use crate::kernels::TensorType;
use crate::weights::{FileHeader, TensorHeader};

/// First bytes of every GGUF file.
pub const MAGIC: [u8; 4] = *b"GGUF";
const DEFAULT_ALIGNMENT: u64 = 32;
/// A header larger than this is damage: mT5's 250,000 pieces take about 8 MB.
const MAX_HEADER_BYTES: usize = 256 << 20;
const MAX_DIMS: u32 = 4;

/// A metadata value of any GGUF type.
#[derive(Debug, Clone, PartialEq)]
pub enum GgufValue {
    /// u8, u16, u32, u64, or a signed integer that is not negative.
    Unsigned(u64),
    /// A negative integer.
    Negative(i64),
    /// f32 or f64.
    Float(f64),
    /// A flag.
    Bool(bool),
    /// A string.
    Text(String),
    /// An array of strings.
    Texts(Vec<String>),
    /// An array of floats.
    Floats(Vec<f32>),
    /// An array of integers or flags.
    Integers(Vec<i64>),
    /// An array of bytes (u8 or i8).
    Bytes(Vec<u8>),
}

impl From<MetadataValue> for GgufValue {
    fn from(value: MetadataValue) -> GgufValue {
        match value {
            MetadataValue::Integer(n) => GgufValue::Unsigned(n),
            MetadataValue::Float(x) => GgufValue::Float(x),
            MetadataValue::Text(text) => GgufValue::Text(text),
            MetadataValue::Bool(flag) => GgufValue::Bool(flag),
        }
    }
}

/// Metadata by key.
pub type GgufMetadata = BTreeMap<String, GgufValue>;

impl GgufValue {
    /// The value as configuration reads it; `None` for arrays and negative numbers.
    pub fn to_config(&self) -> Option<MetadataValue> {
        match self {
            GgufValue::Unsigned(n) => Some(MetadataValue::Integer(*n)),
            GgufValue::Float(x) => Some(MetadataValue::Float(*x)),
            GgufValue::Bool(flag) => Some(MetadataValue::Bool(*flag)),
            GgufValue::Text(text) => Some(MetadataValue::Text(text.clone())),
            _ => None,
        }
    }
}

/// Parses the header at the start of `bytes`.
///
/// Returns `None` if the header goes on beyond the end of `bytes`.
///
/// # Errors
/// `Error::Format` with the offset of what is wrong; `Error::UnsupportedFile` for a version or a
/// tensor type that this engine does not read.
pub fn parse_header(bytes: &[u8]) -> Result<Option<FileHeader>> {
    let mut reader = Reader { bytes, at: 0 };
    match parse(&mut reader) {
        Ok(header) => Ok(Some(header)),
        Err(Stop::NeedsMore) if bytes.len() > MAX_HEADER_BYTES => Err(format_error(
            reader.at,
            format!("the header is longer than {MAX_HEADER_BYTES} bytes"),
        )),
        Err(Stop::NeedsMore) => Ok(None),
        Err(Stop::Failed(error)) => Err(error),
    }
}

/// Why parsing stopped.
enum Stop {
    NeedsMore,
    Failed(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Stop {
        Stop::Failed(error)
    }
}

type Parsed<T> = std::result::Result<T, Stop>;

fn format_error(offset: usize, message: String) -> Error {
    Error::Format { format: "GGUF", offset: offset as u64, message }
}

fn fail<T>(offset: usize, message: String) -> Parsed<T> {
    Err(Stop::Failed(format_error(offset, message)))
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, n: usize) -> Parsed<&'a [u8]> {
        let rest = &self.bytes[self.at..];
        let taken = rest.get(..n).ok_or(Stop::NeedsMore)?;
        self.at += n;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Parsed<[u8; N]> {
        Ok(self.take(N)?.try_into().expect("take returns N bytes"))
    }

    fn u32(&mut self) -> Parsed<u32> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    fn u64(&mut self) -> Parsed<u64> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    /// A count of things of at least `min_bytes` each.
    fn count(&mut self, what: &str, min_bytes: usize) -> Parsed<usize> {
        let at = self.at;
        let n = self.u64()?;
        if n > (MAX_HEADER_BYTES / min_bytes) as u64 {
            return fail(at, format!("{n} {what} cannot be right"));
        }
        Ok(n as usize)
    }

    fn text(&mut self) -> Parsed<String> {
        let n_bytes = self.count("bytes in a string", 1)?;
        let at = self.at;
        let bytes = self.take(n_bytes)?;
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text.to_string()),
            Err(_) => fail(at, "a string is not UTF-8".into()),
        }
    }
}

fn parse(reader: &mut Reader) -> Parsed<FileHeader> {
    if reader.array::<4>()? != MAGIC {
        return fail(0, "the file does not begin with `GGUF`".into());
    }
    let version = reader.u32()?;
    if !(2..=3).contains(&version) {
        return Err(Stop::Failed(Error::UnsupportedFile(format!(
            "GGUF version {version} is not supported (2 and 3 are; big-endian files are not)"
        ))));
    }
    let n_tensors = reader.count("tensors", 24)?;
    let n_keys = reader.count("metadata keys", 13)?;
    let mut metadata = GgufMetadata::new();
    for _ in 0..n_keys {
        let at = reader.at;
        let key = reader.text()?;
        let value = parse_value(reader, &key)?;
        if metadata.insert(key.clone(), value).is_some() {
            return fail(at, format!("metadata key `{key}` stands twice"));
        }
    }
    let mut tensors = Vec::new();
    for _ in 0..n_tensors {
        tensors.push(parse_tensor(reader)?);
    }
    let alignment = match metadata.get("general.alignment") {
        None => DEFAULT_ALIGNMENT,
        Some(GgufValue::Unsigned(n)) if n.is_power_of_two() && *n <= 1 << 20 => *n,
        Some(other) => return fail(0, format!("general.alignment is {other:?}")),
    };
    let data_start = (reader.at as u64).next_multiple_of(alignment);
    for tensor in &mut tensors {
        let relative = tensor.offset;
        let end = relative.checked_add(data_start).and_then(|at| at.checked_add(tensor.n_bytes));
        if end.is_none() || !relative.is_multiple_of(alignment) {
            let message = format!("tensor `{}` cannot begin at {relative}", tensor.name);
            return fail(reader.at, message);
        }
        tensor.offset += data_start;
    }
    Ok(FileHeader { format: "GGUF", metadata, tensors, data_start })
}

fn parse_tensor(reader: &mut Reader) -> Parsed<TensorHeader> {
    let name = reader.text()?;
    let at = reader.at;
    let n_dims = reader.u32()?;
    if !(1..=MAX_DIMS).contains(&n_dims) {
        return fail(at, format!("tensor `{name}` has {n_dims} dimensions"));
    }
    let mut shape = Vec::new();
    for _ in 0..n_dims {
        shape.push(reader.u64()?);
    }
    // GGUF counts dimensions from the fastest; everything here from the slowest.
    shape.reverse();
    let type_at = reader.at;
    let type_id = reader.u32()?;
    let offset = reader.u64()?;
    let Some(tensor_type) = TensorType::from_gguf_id(type_id) else {
        return Err(Stop::Failed(Error::UnsupportedFile(format!(
            "tensor `{name}` (byte {type_at}) has GGUF type {type_id}, which this engine does not \
             read; it reads {}",
            TensorType::ALL.map(TensorType::name).join(", ")
        ))));
    };
    match TensorHeader::new(name.clone(), &shape, tensor_type, offset) {
        Some(tensor) => Ok(tensor),
        None => fail(at, format!("tensor `{name}` cannot be {shape:?} in {}", tensor_type.name())),
    }
}

const ARRAY: u32 = 9;

fn parse_value(reader: &mut Reader, key: &str) -> Parsed<GgufValue> {
    let at = reader.at;
    let type_id = reader.u32()?;
    if type_id != ARRAY {
        return parse_scalar(reader, type_id, at, key);
    }
    let item_at = reader.at;
    let item_type = reader.u32()?;
    let min_bytes = match item_type {
        0 | 1 | 7 => 1,
        2 | 3 => 2,
        4..=6 => 4,
        8 | 10..=12 => 8,
        _ => return fail(item_at, format!("`{key}` is an array of unknown type {item_type}")),
    };
    let n = reader.count("array items", min_bytes)?;
    match item_type {
        0 | 1 => Ok(GgufValue::Bytes(reader.take(n)?.to_vec())),
        8 => {
            let mut texts = Vec::new();
            for _ in 0..n {
                texts.push(reader.text()?);
            }
            Ok(GgufValue::Texts(texts))
        }
        6 => {
            let bytes = reader.take(n * 4)?.as_chunks::<4>().0;
            Ok(GgufValue::Floats(bytes.iter().map(|b| f32::from_le_bytes(*b)).collect()))
        }
        12 => {
            let bytes = reader.take(n * 8)?.as_chunks::<8>().0;
            Ok(GgufValue::Floats(bytes.iter().map(|b| f64::from_le_bytes(*b) as f32).collect()))
        }
        _ => {
            // All of the items are here before room is made for them.
            let mut items = Reader { bytes: reader.take(n * min_bytes)?, at: 0 };
            let mut integers = Vec::with_capacity(n);
            for _ in 0..n {
                integers.push(match parse_scalar(&mut items, item_type, item_at, key)? {
                    GgufValue::Unsigned(n) => n as i64,
                    GgufValue::Negative(n) => n,
                    other => i64::from(other == GgufValue::Bool(true)),
                });
            }
            Ok(GgufValue::Integers(integers))
        }
    }
}

fn parse_scalar(reader: &mut Reader, type_id: u32, at: usize, key: &str) -> Parsed<GgufValue> {
    let signed = |n: i64| match u64::try_from(n) {
        Ok(n) => GgufValue::Unsigned(n),
        Err(_) => GgufValue::Negative(n),
    };
    Ok(match type_id {
        0 => GgufValue::Unsigned(reader.array::<1>()?[0].into()),
        1 => signed(i8::from_le_bytes(reader.array()?).into()),
        2 => GgufValue::Unsigned(u16::from_le_bytes(reader.array()?).into()),
        3 => signed(i16::from_le_bytes(reader.array()?).into()),
        4 => GgufValue::Unsigned(reader.u32()?.into()),
        5 => signed(i32::from_le_bytes(reader.array()?).into()),
        6 => GgufValue::Float(widen(f32::from_le_bytes(reader.array()?))),
        7 => GgufValue::Bool(reader.array::<1>()?[0] != 0),
        8 => GgufValue::Text(reader.text()?),
        10 => GgufValue::Unsigned(reader.u64()?),
        11 => signed(i64::from_le_bytes(reader.array()?)),
        12 => GgufValue::Float(f64::from_le_bytes(reader.array()?)),
        _ => return fail(at, format!("`{key}` has unknown metadata type {type_id}")),
    })
}

/// The f64 nearest to the decimal that an f32 stands for: 1e-6 stays 1e-6.
fn widen(x: f32) -> f64 {
    x.to_string().parse().unwrap_or(x.into())
}

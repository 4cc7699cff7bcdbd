//! The header of a safetensors file.
//!
//! Source: the safetensors format: a little-endian u64 with the length of a JSON object, the object,
//! then the tensors' bytes.

use serde_json::Value;

use crate::error::{Error, Result};
use crate::kernels::TensorType;
use crate::weights::gguf::GgufMetadata;
use crate::weights::{FileHeader, TensorHeader};

/// The format's own limit.
const MAX_HEADER_BYTES: u64 = 100_000_000;

/// Whether a file that starts with these 9 bytes looks like safetensors.
pub fn is_start(bytes: &[u8]) -> bool {
    matches!(bytes.first_chunk::<8>(), Some(n) if (2..=MAX_HEADER_BYTES).contains(&u64::from_le_bytes(*n)))
        && bytes.get(8) == Some(&b'{')
}

/// Parses the header at the start of `bytes`.
///
/// Returns `None` if the header goes on beyond the end of `bytes`.
///
/// # Errors
/// `Error::Format` with the offset of what is wrong; `Error::UnsupportedFile` for an element type
/// that this engine does not read.
pub fn parse_header(bytes: &[u8]) -> Result<Option<FileHeader>> {
    let Some(n_bytes) = bytes.first_chunk::<8>().map(|n| u64::from_le_bytes(*n)) else {
        return Ok(None);
    };
    if n_bytes > MAX_HEADER_BYTES {
        return Err(format_error(0, format!("a header of {n_bytes} bytes cannot be right")));
    }
    let data_start = 8 + n_bytes as usize;
    let Some(json) = bytes.get(8..data_start) else { return Ok(None) };
    let header: serde_json::Map<String, Value> = serde_json::from_slice(json)
        .map_err(|error| format_error(7 + error.column() as u64, format!("header: {error}")))?;
    let mut tensors = Vec::new();
    for (name, entry) in &header {
        if name != "__metadata__" {
            tensors.extend(parse_tensor(name, entry, data_start as u64)?);
        }
    }
    Ok(Some(FileHeader {
        format: "safetensors",
        metadata: GgufMetadata::new(),
        tensors,
        data_start: data_start as u64,
    }))
}

/// `None` for a tensor without elements, which no T5 has and which takes no bytes.
fn parse_tensor(name: &str, entry: &Value, data_start: u64) -> Result<Option<TensorHeader>> {
    let bad = |what: &str| format_error(8, format!("tensor `{name}`: {what}"));
    let integers = |key: &str| -> Option<Vec<u64>> {
        entry.get(key)?.as_array()?.iter().map(Value::as_u64).collect()
    };
    let dtype = entry.get("dtype").and_then(Value::as_str).ok_or_else(|| bad("no dtype"))?;
    let tensor_type = match dtype {
        "F32" => TensorType::F32,
        "F16" => TensorType::F16,
        "BF16" => TensorType::BF16,
        _ => {
            return Err(Error::UnsupportedFile(format!(
                "tensor `{name}` has element type {dtype}; of safetensors this engine reads F32, \
                 F16 and BF16"
            )));
        }
    };
    let shape = integers("shape").ok_or_else(|| bad("no shape"))?;
    let Some([start, end]) = integers("data_offsets").and_then(|o| <[u64; 2]>::try_from(o).ok())
    else {
        return Err(bad("data_offsets must be two integers"));
    };
    if shape.contains(&0) && start == end {
        return Ok(None);
    }
    // A single number is a row of one.
    let shape = if shape.is_empty() { vec![1] } else { shape };
    let offset = start.checked_add(data_start).ok_or_else(|| bad("its offset is too large"))?;
    let tensor = TensorHeader::new(name.into(), &shape, tensor_type, offset)
        .ok_or_else(|| bad(&format!("it cannot be of shape {shape:?}")))?;
    if end.checked_sub(start) != Some(tensor.n_bytes) {
        return Err(bad(&format!(
            "shape {shape:?} in {dtype} takes {} bytes, but data_offsets are {start}..{end}",
            tensor.n_bytes
        )));
    }
    Ok(Some(tensor))
}

fn format_error(offset: u64, message: String) -> Error {
    Error::Format { format: "safetensors", offset, message }
}

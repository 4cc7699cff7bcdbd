//! Writes GGUF files in llama.cpp's dialect, so that one file is a whole model.

use std::io::{self, Write};

use super::gguf::MAGIC;
use super::{GgufMetadata, GgufValue, Weights, names};

const ALIGNMENT: u64 = 32;
const VERSION: u32 = 3;

/// Writes `metadata` and all tensors. Tensors without a name in llama.cpp keep Hugging Face's.
///
/// # Errors
/// Whatever `out` fails with.
///
/// # Panics
/// If the tensors are not as files have them.
pub fn write_gguf(
    out: &mut dyn Write,
    metadata: &GgufMetadata,
    weights: &Weights,
) -> io::Result<()> {
    let mut tensors: Vec<_> = weights
        .iter()
        .map(|(name, shape, matrix)| {
            (names::to_llama(name).unwrap_or_else(|| name.to_string()), shape, matrix)
        })
        .collect();
    tensors.sort_by(|a, b| a.0.cmp(&b.0));

    let mut header = Vec::new();
    header.extend(MAGIC);
    header.extend(VERSION.to_le_bytes());
    header.extend((tensors.len() as u64).to_le_bytes());
    header.extend((metadata.len() as u64).to_le_bytes());
    for (key, value) in metadata {
        put_text(&mut header, key);
        put_value(&mut header, value);
    }
    let mut offset = 0u64;
    for (name, shape, matrix) in &tensors {
        put_text(&mut header, name);
        header.extend((shape.len() as u32).to_le_bytes());
        for n in shape.iter().rev() {
            header.extend((*n as u64).to_le_bytes());
        }
        header.extend(matrix.tensor_type().gguf_id().to_le_bytes());
        header.extend(offset.to_le_bytes());
        offset = (offset + matrix.n_bytes() as u64).next_multiple_of(ALIGNMENT);
    }
    pad(&mut header);
    out.write_all(&header)?;
    for (_, _, matrix) in &tensors {
        out.write_all(matrix.plain().bytes())?;
        let n_padding = matrix.n_bytes().next_multiple_of(ALIGNMENT as usize) - matrix.n_bytes();
        out.write_all(&[0; ALIGNMENT as usize][..n_padding])?;
    }
    Ok(())
}

fn pad(bytes: &mut Vec<u8>) {
    bytes.resize(bytes.len().next_multiple_of(ALIGNMENT as usize), 0);
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    out.extend((text.len() as u64).to_le_bytes());
    out.extend(text.as_bytes());
}

/// Type number, then the value; numbers take the types that llama.cpp's own files have.
fn put_value(out: &mut Vec<u8>, value: &GgufValue) {
    let array = |out: &mut Vec<u8>, item_type: u32, n: usize| {
        out.extend(9u32.to_le_bytes());
        out.extend(item_type.to_le_bytes());
        out.extend((n as u64).to_le_bytes());
    };
    match value {
        GgufValue::Unsigned(n) => match u32::try_from(*n) {
            Ok(n) => {
                out.extend(4u32.to_le_bytes());
                out.extend(n.to_le_bytes());
            }
            Err(_) => {
                out.extend(10u32.to_le_bytes());
                out.extend(n.to_le_bytes());
            }
        },
        GgufValue::Negative(n) => {
            out.extend(11u32.to_le_bytes());
            out.extend(n.to_le_bytes());
        }
        GgufValue::Float(x) => {
            out.extend(6u32.to_le_bytes());
            out.extend((*x as f32).to_le_bytes());
        }
        GgufValue::Bool(flag) => {
            out.extend(7u32.to_le_bytes());
            out.push(u8::from(*flag));
        }
        GgufValue::Text(text) => {
            out.extend(8u32.to_le_bytes());
            put_text(out, text);
        }
        GgufValue::Texts(texts) => {
            array(out, 8, texts.len());
            texts.iter().for_each(|text| put_text(out, text));
        }
        GgufValue::Floats(floats) => {
            array(out, 6, floats.len());
            floats.iter().for_each(|x| out.extend(x.to_le_bytes()));
        }
        GgufValue::Integers(integers) => {
            array(out, 5, integers.len());
            integers.iter().for_each(|n| out.extend((*n as i32).to_le_bytes()));
        }
        GgufValue::Bytes(bytes) => {
            array(out, 0, bytes.len());
            out.extend(bytes);
        }
    }
}

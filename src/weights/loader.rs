//! Takes model files as they arrive, in chunks of any size, and keeps each tensor once.
//!
//! Bytes go straight to their place in memory; where the type is to change, one row at a time is
//! held back until it is complete. Nothing waits for the whole file.

use std::collections::HashSet;
use std::mem;

use super::open_tensor::OpenTensor;
use super::{FileHeader, TensorHeader, WeightType, Weights, gguf, names, safetensors};
use crate::error::{Error, Result};
use crate::kernels::TensorType;

/// A tensor that could not be kept in the type that was asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct TypeChange {
    /// Hugging Face name.
    pub tensor: String,
    /// Type asked for.
    pub asked: TensorType,
    /// Type used, because the row length is not a whole number of blocks of the other.
    pub used: TensorType,
}

/// Reads the files of one model, one after another.
#[derive(Debug)]
pub struct WeightsLoader {
    target: Option<TensorType>,
    /// Whether matrices are made ready for products as soon as they are complete.
    packs: bool,
    weights: Weights,
    type_changes: Vec<TypeChange>,
    /// Tensors of the files that no model of this kind has, by the files' names.
    unused: Vec<String>,
    wanted: HashSet<String>,
    /// Names of all tensors of the files so far.
    seen: HashSet<String>,
    state: FileState,
    file_name: String,
    /// Size in bytes, where it is known beforehand.
    file_bytes: Option<u64>,
    /// Bytes of the current file taken so far.
    at: u64,
}

#[derive(Debug)]
enum FileState {
    /// No file is open.
    Closed,
    /// Collecting the header; `retry_at` bytes are needed before parsing is worth another try.
    Header { bytes: Vec<u8>, retry_at: usize },
    /// Between or inside tensors, which are ordered by offset, last first.
    Data { format: &'static str, pending: Vec<PendingTensor>, open: Option<Box<OpenTensor>> },
}

#[derive(Debug)]
struct PendingTensor {
    name: String,
    header: TensorHeader,
}

impl WeightsLoader {
    /// A loader that keeps matrices as `weight_type`: where it `packs`, ready for products as soon as
    /// they are complete, and else as files have them.
    pub fn new(weight_type: WeightType, packs: bool) -> WeightsLoader {
        WeightsLoader {
            target: weight_type.tensor_type(),
            packs,
            weights: Weights::new(),
            type_changes: Vec::new(),
            unused: Vec::new(),
            wanted: HashSet::new(),
            seen: HashSet::new(),
            state: FileState::Closed,
            file_name: String::new(),
            file_bytes: None,
            at: 0,
        }
    }

    /// Starts a file. `file_bytes` is its size, where known: offsets are then checked against it.
    pub fn begin_file(&mut self, file_name: &str, file_bytes: Option<u64>) -> Result<()> {
        if !matches!(self.state, FileState::Closed) {
            return Err(Error::State(format!("`{}` is still being read", self.file_name)));
        }
        self.file_name = file_name.into();
        self.file_bytes = file_bytes;
        self.at = 0;
        self.state = FileState::Header { bytes: Vec::new(), retry_at: 9 };
        Ok(())
    }

    /// Takes the next bytes of the file.
    ///
    /// `on_header` is called once a file, when its header is complete and before any tensor is
    /// stored, with the header under Hugging Face names, whose metadata it may take; it returns the
    /// names of the tensors to keep, or refuses the file.
    ///
    /// # Errors
    /// What is wrong with the file, or whatever `on_header` returns. The loader is then of no use.
    pub fn push(
        &mut self,
        chunk: &[u8],
        on_header: &mut dyn FnMut(&mut FileHeader) -> Result<HashSet<String>>,
    ) -> Result<()> {
        match &mut self.state {
            FileState::Closed => Err(Error::State("no file is open".into())),
            FileState::Data { .. } => self.take_data(chunk),
            FileState::Header { bytes, retry_at } => {
                bytes.extend_from_slice(chunk);
                if bytes.len() < *retry_at {
                    return Ok(());
                }
                *retry_at = bytes.len() * 2;
                self.try_header(on_header)
            }
        }
    }

    /// Ends the file.
    ///
    /// # Errors
    /// `Error::Format` if the file ended early.
    pub fn finish_file(
        &mut self,
        on_header: &mut dyn FnMut(&mut FileHeader) -> Result<HashSet<String>>,
    ) -> Result<()> {
        if matches!(self.state, FileState::Header { .. }) {
            self.try_header(on_header)?;
        }
        let missing = match &self.state {
            FileState::Closed => return Err(Error::State("no file is open".into())),
            FileState::Header { bytes, .. } => Some((
                "model",
                format!(
                    "`{}` ends after {} bytes, inside its header; fetch it again",
                    self.file_name,
                    bytes.len()
                ),
            )),
            FileState::Data { format, pending, open } => {
                let name = open.as_ref().map(|t| &t.name).or(pending.last().map(|t| &t.name));
                name.map(|name| {
                    (
                        *format,
                        format!(
                            "`{}` ends before tensor `{name}` is complete; fetch it again",
                            self.file_name
                        ),
                    )
                })
            }
        };
        match missing {
            Some((format, message)) => Err(Error::Format { format, offset: self.at, message }),
            None => {
                self.state = FileState::Closed;
                Ok(())
            }
        }
    }

    /// The tensors of all files, the types that were changed, and the names that were not used.
    ///
    /// # Errors
    /// `Error::State` if a file is still open.
    pub fn finish(self) -> Result<(Weights, Vec<TypeChange>, Vec<String>)> {
        match self.state {
            FileState::Closed => Ok((self.weights, self.type_changes, self.unused)),
            _ => Err(Error::State(format!("`{}` is still being read", self.file_name))),
        }
    }

    fn try_header(
        &mut self,
        on_header: &mut dyn FnMut(&mut FileHeader) -> Result<HashSet<String>>,
    ) -> Result<()> {
        let FileState::Header { bytes, .. } = &mut self.state else { return Ok(()) };
        let header = if gguf::MAGIC.starts_with(&bytes[..bytes.len().min(4)]) {
            gguf::parse_header(bytes)?
        } else if bytes.len() < 9 || safetensors::is_start(bytes) {
            safetensors::parse_header(bytes)?
        } else {
            return Err(not_a_model(&self.file_name, bytes));
        };
        let Some(mut header) = header else { return Ok(()) };
        let bytes = mem::take(bytes);

        let file_names: Vec<String> = header.tensors.iter().map(|t| t.name.clone()).collect();
        let is_gated = file_names.iter().any(|name| names::is_llama_gate(name));
        for tensor in &mut header.tensors {
            tensor.name = names::canonical(&tensor.name, is_gated);
        }
        self.check_extents(&header)?;
        self.wanted = on_header(&mut header)?;

        let mut pending: Vec<PendingTensor> = Vec::new();
        for (tensor, file_name) in header.tensors.iter().zip(file_names) {
            if !self.seen.insert(tensor.name.clone()) || names::is_leftover(&tensor.name) {
                // Some files hold the embedding three times, under each of its names.
                continue;
            } else if self.wanted.contains(&tensor.name) {
                pending.push(PendingTensor { name: tensor.name.clone(), header: tensor.clone() });
            } else {
                self.unused.push(file_name);
            }
        }
        pending.sort_by_key(|tensor| std::cmp::Reverse(tensor.header.offset));
        self.state = FileState::Data { format: header.format, pending, open: None };
        self.at = header.data_start.min(bytes.len() as u64);
        self.take_data(bytes.get(header.data_start as usize..).unwrap_or_default())?;
        // The header may end before its padding does.
        self.at = self.at.max(bytes.len() as u64);
        Ok(())
    }

    /// Refuses tensors that overlap or reach beyond the end of the file.
    fn check_extents(&self, header: &FileHeader) -> Result<()> {
        let mut by_offset: Vec<&TensorHeader> = header.tensors.iter().collect();
        by_offset.sort_by_key(|tensor| tensor.offset);
        let mut end = header.data_start;
        for tensor in by_offset {
            let fail = |message: String| Error::Format {
                format: header.format,
                offset: tensor.offset,
                message: format!("tensor `{}` {message}", tensor.name),
            };
            if tensor.offset < end {
                return Err(fail(format!("overlaps what ends at byte {end}")));
            }
            end = tensor
                .offset
                .checked_add(tensor.n_bytes)
                .ok_or_else(|| fail("is larger than any file".into()))?;
            if let Some(file_bytes) = self.file_bytes.filter(|n| *n < end) {
                return Err(fail(format!(
                    "ends at byte {end}, but the file has {file_bytes}; fetch it again"
                )));
            }
        }
        Ok(())
    }

    fn take_data(&mut self, mut chunk: &[u8]) -> Result<()> {
        let FileState::Data { pending, open, .. } = &mut self.state else { return Ok(()) };
        while !chunk.is_empty() {
            if open.is_none() {
                let Some(next) = pending.last() else {
                    // Whatever follows the last tensor is not ours.
                    self.at += chunk.len() as u64;
                    return Ok(());
                };
                let gap = usize::try_from(next.header.offset - self.at).unwrap_or(usize::MAX);
                let skipped = gap.min(chunk.len());
                self.at += skipped as u64;
                chunk = &chunk[skipped..];
                if skipped < gap || chunk.is_empty() {
                    return Ok(());
                }
                let PendingTensor { name, header } = pending.pop().expect("looked at above");
                let tensor = OpenTensor::new(name, header, self.target)?;
                if let (Some(asked), used) = (self.target, tensor.tensor_type())
                    && tensor.is_multiplied()
                    && asked != used
                {
                    self.type_changes.push(TypeChange { tensor: tensor.name.clone(), asked, used });
                }
                *open = Some(Box::new(tensor));
            }
            let tensor = open.as_mut().expect("opened above");
            let n_taken = tensor.take(chunk);
            self.at += n_taken as u64;
            chunk = &chunk[n_taken..];
            if tensor.is_complete() {
                let tensor = *open.take().expect("open");
                let (name, shape) = (tensor.name.clone(), tensor.header.shape.clone());
                self.weights.insert(name, shape, tensor.finish(self.packs)?);
            }
        }
        Ok(())
    }
}

fn not_a_model(file_name: &str, bytes: &[u8]) -> Error {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(64)]).to_lowercase();
    let what = if start.trim_start().starts_with('<') {
        "is an HTML or XML page, not a model: the address is wrong, or the server asks for a login"
    } else if start.starts_with("version https://git-lfs") {
        "is a Git LFS pointer, not the model itself: fetch the file through the server's `resolve` address"
    } else if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\x80\x02") {
        "is a PyTorch file; use the repository's safetensors or a GGUF instead"
    } else if start.trim_start().starts_with('{') {
        "is JSON, not a model: the weights are in a .gguf or .safetensors file"
    } else if bytes.starts_with(b"FUGG") {
        "is a big-endian GGUF; convert it to little-endian"
    } else {
        "is neither GGUF nor safetensors"
    };
    Error::UnsupportedFile(format!("`{file_name}` {what}"))
}

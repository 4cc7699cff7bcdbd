//! One token of a text, before the parts of an encoding are separated.

use std::ops::Range;

/// A token and the part of the text that it stands for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub id: u32,
    /// The piece as it stands in the normalized text; for an unknown one that text itself.
    pub piece: String,
    /// Bytes of the text as it was typed; empty for a token that was added.
    pub source: Range<usize>,
    /// Whether `id` only says that something unknown stood here.
    pub unknown: bool,
}

impl Token {
    /// A token that no text stands for, such as `</s>` at the end.
    pub fn special(id: u32, piece: &str, position: usize) -> Token {
        Token { id, piece: piece.to_string(), source: position..position, unknown: false }
    }
}

/// How the sentinels of T5 and ByT5 begin: `<extra_id_0>`.
pub(super) const EXTRA_ID_PREFIX: &str = "<extra_id_";

/// Length in bytes of the `<extra_id_n>` that `text` begins with, of whatever number.
pub(super) fn extra_id_length(text: &str) -> Option<usize> {
    let rest = text.strip_prefix(EXTRA_ID_PREFIX)?;
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix('>')?;
    Some(text.len() - rest.len())
}

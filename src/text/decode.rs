//! From pieces back to text, one token at a time.
//!
//! A tokenizer's way of decoding is a list of [`Step`]s. Each takes the pieces that come out of
//! the step before it, one by one, and hands on text as soon as no later token can change it.
//! Decoding everything at once runs the same steps, so the two cannot disagree.
//!
//! Source: Hugging Face tokenizers `src/decoders/`; `ByT5Tokenizer` and
//! `PreTrainedTokenizer._decode` of transformers; SentencePiece `sentencepiece_processor.cc`
//! (`Decode`).

use super::sentencepiece::SPACE_SYMBOL;
use super::strip::Strip;
use super::token::EXTRA_ID_PREFIX;
use super::utf8::{self, Invalid};
use tokenizers::Decoder;
use tokenizers::decoders::DecoderWrapper;

/// One stage of decoding.
pub(super) enum Step {
    /// A decoder whose result for a piece depends on that piece and on whether it is the first.
    Each(DecoderWrapper),
    /// A decoder that needs all of the text; nothing is certain before the end.
    Whole(DecoderWrapper),
    /// `Replace` of a fixed text after `Fuse`: what may be the start of `from` waits for more.
    ReplaceWhole { from: String, to: String },
    /// `ByteFallback`: a run of `<0x..>` pieces is their UTF-8 text, or all U+FFFD if it is not.
    ByteFallback,
    /// `ByteLevel`: GPT-2's characters for bytes.
    ByteLevel,
    /// `BPEDecoder`: this suffix ends a word.
    EndOfWord(String),
    /// `CTC`: a piece equal to the one before it goes.
    Distinct(DecoderWrapper),
    /// `Strip`: this character goes, up to so often at the start and the end of each piece.
    Strip(Strip),
    /// `Strip` after `Fuse`: the same for the whole text.
    StripWhole(Strip),
    /// No decoder: pieces are words.
    JoinWithSpaces,
    /// The SentencePiece library's decoding.
    SentencePiece {
        /// Whether `<0x..>` pieces are bytes.
        has_bytes: bool,
        /// Whether the first space is only there because one was added before the text.
        strips_first_space: bool,
        /// Whether all leading spaces are.
        strips_all_spaces: bool,
    },
    /// ByT5's decoding: pieces of one character are bytes.
    Bytes,
}

/// What a step remembers between pieces.
#[derive(Default, Clone)]
pub(super) struct StepState {
    /// Whether something came before (a piece or text, as the step counts it).
    started: bool,
    /// Bytes whose text is not certain yet.
    bytes: Vec<u8>,
    /// Text or a piece that is held back.
    held: String,
    /// How many texts came before ([`Step::Bytes`]), or how many characters may still be stripped
    /// ([`Step::StripWhole`]).
    n: usize,
    /// Whether bytes came since the last `<extra_id_n>` ([`Step::Bytes`]).
    open: bool,
}

/// Sends a piece through the steps; certain text is added to `out`.
pub(super) fn push(steps: &[Step], states: &mut [StepState], piece: String, out: &mut String) {
    let (Some((step, steps)), Some((state, states))) =
        (steps.split_first(), states.split_first_mut())
    else {
        out.push_str(&piece);
        return;
    };
    step.push(state, piece, &mut |piece| push(steps, states, piece, out));
}

/// Ends the steps in order; what they held back is added to `out`.
pub(super) fn finish(steps: &[Step], states: &mut [StepState], out: &mut String) {
    let (Some((step, steps)), Some((state, states))) =
        (steps.split_first(), states.split_first_mut())
    else {
        return;
    };
    step.finish(state, &mut |piece| push(steps, states, piece, out));
    finish(steps, states, out);
}

impl Step {
    fn push(&self, state: &mut StepState, piece: String, emit: &mut dyn FnMut(String)) {
        match self {
            Step::Each(decoder) => {
                emit_each(decoder, !std::mem::replace(&mut state.started, true), piece, emit);
            }
            Step::Whole(_) => state.held.push_str(&piece),
            Step::ReplaceWhole { from, to } => {
                state.held.push_str(&piece);
                let mut certain = state.held.replace(from.as_str(), to);
                // From the left, as they are replaced: the pattern may overlap itself.
                let rest = state.held.split(from.as_str()).last().unwrap_or_default();
                let starts =
                    |at: &usize| rest.is_char_boundary(*at) && from.starts_with(&rest[*at..]);
                let open = (0..=rest.len()).find(starts).unwrap_or(rest.len());
                let open = rest[open..].to_string();
                certain.truncate(certain.len() - open.len());
                state.held = open;
                emit(certain);
            }
            Step::ByteFallback => match byte_of(&piece) {
                Some(byte) => state.bytes.push(byte),
                None => {
                    emit_run(&mut state.bytes, emit);
                    emit(piece);
                }
            },
            Step::ByteLevel => {
                push_byte_level(&piece, &mut state.bytes);
                emit(utf8::take(&mut state.bytes, Invalid::ReplaceSequence, false));
            }
            Step::EndOfWord(suffix) => {
                if std::mem::replace(&mut state.started, true) {
                    emit(state.held.replace(suffix.as_str(), " "));
                }
                state.held = piece;
            }
            Step::Distinct(decoder) => {
                if !std::mem::replace(&mut state.started, true) || state.held != piece {
                    state.held.clone_from(&piece);
                    emit_each(decoder, true, piece, emit);
                }
            }
            Step::Strip(strip) => emit(strip.apply(&piece).to_string()),
            Step::StripWhole(strip) => {
                if !std::mem::replace(&mut state.started, true) {
                    state.n = strip.start;
                }
                emit(strip.push(&mut state.n, &mut state.held, &piece));
            }
            Step::JoinWithSpaces => {
                if std::mem::replace(&mut state.started, true) {
                    emit(" ".to_string());
                }
                emit(piece);
            }
            Step::SentencePiece { has_bytes, strips_first_space, strips_all_spaces } => {
                if let (true, Some(byte)) = (*has_bytes, byte_of(&piece)) {
                    state.bytes.push(byte);
                    let text = utf8::take(&mut state.bytes, Invalid::ReplaceByte, false);
                    state.started |= !text.is_empty();
                    return emit(text);
                }
                let before = utf8::take(&mut state.bytes, Invalid::ReplaceByte, true);
                state.started |= !before.is_empty();
                emit(before);
                let mut piece = piece.as_str();
                if *strips_first_space
                    && !state.started
                    && let Some(rest) = piece.strip_prefix(SPACE_SYMBOL)
                {
                    piece = rest;
                    state.started = !strips_all_spaces;
                }
                state.started |= !piece.is_empty();
                emit(piece.replace(SPACE_SYMBOL, " "));
            }
            Step::Bytes => push_bytes(state, piece, emit),
        }
    }

    fn finish(&self, state: &mut StepState, emit: &mut dyn FnMut(String)) {
        match self {
            Step::Each(_) | Step::Distinct(_) | Step::Strip(_) | Step::JoinWithSpaces => {}
            Step::Whole(decoder) => emit_each(decoder, true, std::mem::take(&mut state.held), emit),
            Step::ReplaceWhole { .. } => emit(std::mem::take(&mut state.held)),
            Step::ByteFallback => emit_run(&mut state.bytes, emit),
            Step::ByteLevel => emit(utf8::take(&mut state.bytes, Invalid::ReplaceSequence, true)),
            Step::EndOfWord(suffix) => emit(state.held.replace(suffix.as_str(), "")),
            // What is still held back is the end that goes.
            Step::StripWhole(_) => {}
            Step::SentencePiece { .. } => {
                emit(utf8::take(&mut state.bytes, Invalid::ReplaceByte, true));
            }
            Step::Bytes => {
                // Bytes at the end that make no text still count as an empty one.
                if state.n > 0 && state.open && !state.started {
                    emit(" ".to_string());
                }
            }
        }
    }
}

/// Decodes a piece that stands alone or after others.
fn emit_each(
    decoder: &DecoderWrapper,
    is_first: bool,
    piece: String,
    emit: &mut dyn FnMut(String),
) {
    // A decoder that gives up (a regular expression that runs away) leaves the piece as it is.
    let fallback = piece.clone();
    let pieces = match is_first {
        true => decoder.decode_chain(vec![piece]),
        false => decoder
            .decode_chain(vec![String::new(), piece])
            .map(|mut pieces| pieces.split_off(pieces.len().min(1))),
    };
    pieces.unwrap_or(vec![fallback]).into_iter().for_each(emit);
}

/// The byte of a piece like `<0x0A>`.
fn byte_of(piece: &str) -> Option<u8> {
    let digits = piece.strip_prefix("<0x")?.strip_suffix('>')?;
    (digits.len() == 2).then(|| u8::from_str_radix(digits, 16).ok())?
}

/// Ends a run of `ByteFallback`.
fn emit_run(bytes: &mut Vec<u8>, emit: &mut dyn FnMut(String)) {
    if bytes.is_empty() {
        return;
    }
    match String::from_utf8(std::mem::take(bytes)) {
        Ok(text) => emit(text),
        Err(error) => {
            let n = error.as_bytes().len();
            (0..n).for_each(|_| emit(char::REPLACEMENT_CHARACTER.to_string()));
        }
    }
}

/// Adds the bytes that a `ByteLevel` piece stands for; a piece with any other character stands for
/// its own bytes.
fn push_byte_level(piece: &str, bytes: &mut Vec<u8>) {
    let length = bytes.len();
    for character in piece.chars() {
        match utf8::byte_level_byte(character) {
            Some(byte) => bytes.push(byte),
            None => {
                bytes.truncate(length);
                bytes.extend_from_slice(piece.as_bytes());
                return;
            }
        }
    }
}

/// ByT5: bytes between `<extra_id_n>` tokens are texts, and all of them are joined with spaces.
/// `n` counts the texts before the open one, and `started` says that the open one has characters.
fn push_bytes(state: &mut StepState, piece: String, emit: &mut dyn FnMut(String)) {
    if piece.starts_with(EXTRA_ID_PREFIX) {
        state.n += usize::from(state.started);
        state.bytes.clear();
        state.open = false;
        state.started = false;
        if state.n > 0 {
            emit(" ".to_string());
        }
        state.n += 1;
        return emit(piece);
    }
    let mut characters = piece.chars();
    match (characters.next(), characters.next()) {
        (Some(byte @ '\0'..='\u{ff}'), None) => state.bytes.push(byte as u8),
        _ => state.bytes.extend_from_slice(piece.as_bytes()),
    }
    state.open = true;
    let text = utf8::take(&mut state.bytes, Invalid::Drop, false);
    if !text.is_empty() && !std::mem::replace(&mut state.started, true) && state.n > 0 {
        emit(" ".to_string());
    }
    emit(text);
}

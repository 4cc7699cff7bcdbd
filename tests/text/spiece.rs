//! Reads a `spiece.model`: what a converter puts into a GGUF file.
//!
//! Source: SentencePiece `sentencepiece_model.proto`; only the fields that a GGUF file carries.

use t5_playground::text::SentencePieceVocab;

/// A protobuf message, field by field.
struct Message<'a>(&'a [u8]);

enum Value<'a> {
    Number(u64),
    Float(f32),
    Bytes(&'a [u8]),
}

impl<'a> Message<'a> {
    fn varint(&mut self) -> u64 {
        let mut value = 0;
        for shift in (0..).step_by(7) {
            let (&byte, rest) = self.0.split_first().expect("a varint breaks off");
            self.0 = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                break;
            }
        }
        value
    }

    fn take(&mut self, n: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(n);
        self.0 = rest;
        taken
    }
}

impl<'a> Iterator for Message<'a> {
    type Item = (u64, Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let key = self.varint();
        let value = match key & 7 {
            0 => Value::Number(self.varint()),
            2 => {
                let n = self.varint() as usize;
                Value::Bytes(self.take(n))
            }
            5 => Value::Float(f32::from_le_bytes(self.take(4).try_into().unwrap())),
            wire_type => panic!("wire type {wire_type} in a spiece.model"),
        };
        Some((key >> 3, value))
    }
}

/// The vocabulary of a `spiece.model`, with the ids of T5's special tokens.
pub fn read(model: &[u8]) -> SentencePieceVocab {
    let mut vocab = SentencePieceVocab {
        add_space_prefix: true,
        remove_extra_whitespaces: true,
        unk_id: 2,
        eos_id: 1,
        pad_id: 0,
        ..SentencePieceVocab::default()
    };
    for field in Message(model) {
        match field {
            (1, Value::Bytes(piece)) => read_piece(piece, &mut vocab),
            (3, Value::Bytes(spec)) => {
                for field in Message(spec) {
                    match field {
                        (2, Value::Bytes(charsmap)) => {
                            vocab.precompiled_charsmap = charsmap.to_vec();
                        }
                        (3, Value::Number(flag)) => vocab.add_space_prefix = flag != 0,
                        (4, Value::Number(flag)) => vocab.remove_extra_whitespaces = flag != 0,
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    vocab
}

fn read_piece(message: &[u8], vocab: &mut SentencePieceVocab) {
    let (mut piece, mut score, mut token_type) = ("", 0.0, 1);
    for field in Message(message) {
        match field {
            (1, Value::Bytes(text)) => piece = std::str::from_utf8(text).unwrap(),
            (2, Value::Float(number)) => score = number,
            (3, Value::Number(number)) => token_type = number as i32,
            _ => {}
        }
    }
    vocab.pieces.push(piece.to_string());
    vocab.scores.push(score);
    vocab.token_types.push(token_type);
}

/// Adds user-defined pieces after the others, as a converter does with `added_tokens.json`.
pub fn add_user_defined(vocab: &mut SentencePieceVocab, pieces: impl IntoIterator<Item = String>) {
    for piece in pieces {
        vocab.pieces.push(piece);
        vocab.scores.push(-1000.0);
        vocab.token_types.push(4);
    }
}

/// Fills the vocabulary up to the 32,128 rows of T5's embedding, as llama.cpp's converter does.
pub fn pad(vocab: &mut SentencePieceVocab) {
    for id in vocab.pieces.len()..32_128 {
        vocab.pieces.push(format!("[PAD{id}]"));
        vocab.scores.push(-10_000.0);
        vocab.token_types.push(5);
    }
}

//! ByT5's tokenizer: every byte of the text is a token.
//!
//! Ids: `<pad>` 0, `</s>` 1, `<unk>` 2, byte b is b + 3, then the `<extra_id_n>`.
//!
//! Source: Hugging Face `ByT5Tokenizer`.

use super::token::{EXTRA_ID_PREFIX, Token, extra_id_length};

const SPECIAL: [&str; 3] = ["<pad>", "</s>", "<unk>"];
const EOS_ID: u32 = 1;
const UNK_ID: u32 = 2;
const FIRST_BYTE_ID: u32 = 3;
const FIRST_EXTRA_ID: u32 = FIRST_BYTE_ID + 256;

/// The tokenizer of bytes.
pub(super) struct ByteTokenizer {
    n_extra_ids: usize,
}

/// A special token spelled out in a text.
struct Spelled {
    id: u32,
    n_bytes: usize,
    /// Whether the white space on both sides belongs to it.
    strips: bool,
}

impl ByteTokenizer {
    pub fn new(n_extra_ids: usize) -> ByteTokenizer {
        ByteTokenizer { n_extra_ids }
    }

    /// The tokens of `text`, with `</s>` at the end unless the text spells it there.
    pub fn tokenize(&self, text: &str) -> Vec<Token> {
        let mut tokens = Vec::with_capacity(text.len() + 1);
        // `plain` is the start of the bytes that no token has been made of yet.
        let (mut plain, mut position) = (0, 0);
        while position < text.len() {
            let Some(spelled) = self.spelled_at(&text[position..]) else {
                position += text[position..].chars().next().map_or(1, char::len_utf8);
                continue;
            };
            let before = &text[plain..position];
            let kept = if spelled.strips { trim_end(before).len() } else { before.len() };
            push_bytes(&mut tokens, plain, &before[..kept]);
            let end = position + spelled.n_bytes;
            tokens.push(Token {
                id: spelled.id,
                piece: text[position..end].to_string(),
                source: position..end,
                unknown: spelled.id == UNK_ID,
            });
            let after = &text[end..];
            let skipped = if spelled.strips { after.len() - trim_start(after).len() } else { 0 };
            (plain, position) = (end + skipped, end + skipped);
        }
        push_bytes(&mut tokens, plain, &text[plain..]);
        if tokens.last().is_none_or(|token| token.id != EOS_ID) {
            tokens.push(Token::special(EOS_ID, SPECIAL[EOS_ID as usize], text.len()));
        }
        tokens
    }

    /// The special token that `text` starts with.
    fn spelled_at(&self, text: &str) -> Option<Spelled> {
        if !text.starts_with('<') {
            return None;
        }
        if let Some(id) = SPECIAL.iter().position(|special| text.starts_with(special)) {
            return Some(Spelled { id: id as u32, n_bytes: SPECIAL[id].len(), strips: true });
        }
        let n_bytes = extra_id_length(text)?;
        Some(Spelled { id: self.extra_id(&text[..n_bytes])?, n_bytes, strips: false })
    }

    /// The piece of an id; a byte is the character of that number, as Hugging Face writes it.
    pub fn piece(&self, id: u32) -> Option<String> {
        match id {
            0..FIRST_BYTE_ID => Some(SPECIAL[id as usize].to_string()),
            FIRST_BYTE_ID..FIRST_EXTRA_ID => {
                Some(char::from((id - FIRST_BYTE_ID) as u8).to_string())
            }
            _ if (id as usize) < self.n_vocab() => {
                Some(format!("{EXTRA_ID_PREFIX}{}>", id - FIRST_EXTRA_ID))
            }
            _ => None,
        }
    }

    /// The id of a piece.
    pub fn id(&self, piece: &str) -> Option<u32> {
        if let Some(id) = SPECIAL.iter().position(|special| *special == piece) {
            return Some(id as u32);
        }
        let mut characters = piece.chars();
        match (characters.next(), characters.next()) {
            (Some(byte @ '\0'..='\u{ff}'), None) => Some(byte as u32 + FIRST_BYTE_ID),
            _ => self.extra_id(piece),
        }
    }

    fn extra_id(&self, piece: &str) -> Option<u32> {
        let digits = piece.strip_prefix(EXTRA_ID_PREFIX)?.strip_suffix('>')?;
        let n: u32 = digits.parse().ok()?;
        // `parse` also takes "+7" and "007", which are no tokens.
        (n.to_string() == digits && (n as usize) < self.n_extra_ids).then_some(FIRST_EXTRA_ID + n)
    }

    pub fn n_vocab(&self) -> usize {
        FIRST_EXTRA_ID as usize + self.n_extra_ids
    }

    pub fn is_special(&self, id: u32) -> bool {
        !(FIRST_BYTE_ID..FIRST_EXTRA_ID).contains(&id)
    }
}

fn push_bytes(tokens: &mut Vec<Token>, start: usize, text: &str) {
    tokens.extend(text.bytes().enumerate().map(|(i, byte)| Token {
        id: u32::from(byte) + FIRST_BYTE_ID,
        piece: char::from(byte).to_string(),
        source: start + i..start + i + 1,
        unknown: false,
    }));
}

/// White space as Python's `str.strip` knows it.
fn is_python_whitespace(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{1c}'..='\u{1f}')
}

fn trim_start(text: &str) -> &str {
    text.trim_start_matches(is_python_whitespace)
}

fn trim_end(text: &str) -> &str {
    text.trim_end_matches(is_python_whitespace)
}

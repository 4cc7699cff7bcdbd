//! What the model will not see as it was typed.
//!
//! Nothing here knows a vocabulary: unknown characters are read off the tokens of the text, and
//! white space is judged by what the tokenizer makes of it between two letters. A tokenizer that
//! has a newline of its own reports none.

use super::token::Token;
use crate::error::Result;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// A character or a run of spaces that does not reach the model as it was typed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Unseen {
    /// One character, or two spaces for a run of any length.
    pub text: String,
    /// What the model gets instead.
    pub seen_as: SeenAs,
}

/// What the model gets instead of something typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeenAs {
    /// The token for all that is unknown.
    Unknown,
    /// One space.
    Space,
    /// Nothing at all.
    Nothing,
}

/// Where in the text something stands, as far as white space is concerned.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Place {
    Start,
    Inside,
    End,
    /// The text has nothing else.
    Alone,
}

impl Place {
    /// A text to try something out in: what stands before and after it.
    fn frame(self) -> (&'static str, &'static str) {
        match self {
            Place::Start => ("", "a"),
            Place::Inside => ("a", "a"),
            Place::End => ("a", ""),
            Place::Alone => ("", ""),
        }
    }
}

/// Finds what `tokens` do not carry of `text`: each thing once, in the order of first appearance.
///
/// `tokenize` is the tokenizer that made `tokens` from `text`; it is asked about short texts.
/// `unk_piece` is its piece for unknown text: spelled out, it is seen as it was typed.
pub(super) fn find(
    text: &str,
    tokens: &[Token],
    unk_piece: &str,
    tokenize: impl Fn(&str) -> Result<Vec<Token>>,
) -> Result<Vec<Unseen>> {
    let mut found = Found::default();
    for token in tokens.iter().filter(|token| token.unknown) {
        let source = text.get(token.source.clone()).unwrap_or_default();
        if source == unk_piece {
            continue;
        }
        for (i, character) in source.char_indices().filter(|(_, c)| !is_quiet(*c)) {
            let position = token.source.start + i;
            let end = position + character.len_utf8();
            found.insert(position, &text[position..end], SeenAs::Unknown);
        }
    }
    let loud_start = text.find(|c| !is_quiet(c)).unwrap_or(text.len());
    let loud_end = text.trim_end_matches(is_quiet).len();
    let mut fates: HashMap<(&str, Place), Option<SeenAs>> = HashMap::new();
    for (position, quiet) in quiet_parts(text) {
        let place = match (position < loud_start, position >= loud_end) {
            (true, true) => Place::Alone,
            (true, false) => Place::Start,
            (false, true) => Place::End,
            (false, false) => Place::Inside,
        };
        // Every run of spaces fares like a run of two.
        let quiet = if quiet.starts_with("  ") { "  " } else { quiet };
        let fate = match fates.get(&(quiet, place)) {
            Some(fate) => *fate,
            None => {
                // A vocabulary that cannot read what stands around it here tells nothing.
                let fate = fate(quiet, place, &tokenize).unwrap_or(None);
                fates.insert((quiet, place), fate);
                fate
            }
        };
        if let Some(seen_as) = fate {
            found.insert(position, quiet, seen_as);
        }
    }
    Ok(found.in_order())
}

/// Each thing found, with the byte where it first appears.
#[derive(Default)]
struct Found<'a> {
    seen: HashSet<(&'a str, SeenAs)>,
    first: Vec<(usize, Unseen)>,
}

impl<'a> Found<'a> {
    fn insert(&mut self, position: usize, text: &'a str, seen_as: SeenAs) {
        if self.seen.insert((text, seen_as)) {
            let text = text.to_string();
            self.first.push((position, Unseen { text, seen_as }));
        }
    }

    fn in_order(mut self) -> Vec<Unseen> {
        self.first.sort_by_key(|(position, _)| *position);
        self.first.into_iter().map(|(_, unseen)| unseen).collect()
    }
}

/// White space, control characters and characters without width: what normalization replaces.
fn is_quiet(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || matches!(
            character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}'
        )
}

/// The quiet characters of `text` with their bytes' start, each by itself but spaces in runs.
fn quiet_parts(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut position = 0;
    std::iter::from_fn(move || {
        position += text[position..].find(is_quiet)?;
        let rest = &text[position..];
        let n_spaces = rest.len() - rest.trim_start_matches(' ').len();
        let n_bytes = match n_spaces {
            0 => rest.chars().next().map_or(0, char::len_utf8),
            n => n,
        };
        let start = position;
        position += n_bytes;
        Some((start, &rest[..n_bytes]))
    })
}

/// What the tokenizer makes of `quiet` at such a place; `None` if it is a thing of its own.
fn fate(
    quiet: &str,
    place: Place,
    tokenize: &impl Fn(&str) -> Result<Vec<Token>>,
) -> Result<Option<SeenAs>> {
    let (before, after) = place.frame();
    let read = |text: &str| -> Result<Vec<(u32, String, bool)>> {
        let tokens = tokenize(&format!("{before}{text}{after}"))?;
        Ok(tokens.into_iter().map(|t| (t.id, t.piece, t.unknown)).collect())
    };
    let n_unknown = |tokens: &[(u32, String, bool)]| tokens.iter().filter(|token| token.2).count();
    let (with, without) = (read(quiet)?, read("")?);
    Ok(if with == without {
        Some(SeenAs::Nothing)
    } else if quiet != " " && with == read(" ")? {
        Some(SeenAs::Space)
    } else if n_unknown(&with) > n_unknown(&without) {
        Some(SeenAs::Unknown)
    } else {
        None
    })
}

//! The `Strip` decoder: takes one character off the ends of a text.
//!
//! Source: Hugging Face tokenizers `src/decoders/strip.rs`, but for pieces shorter than what is to
//! be taken off, where that panics.

/// Parameters of a `Strip` decoder.
#[derive(Debug, Clone, Copy)]
pub(super) struct Strip {
    /// The character that goes.
    pub content: char,
    /// How often it goes at the start, at most.
    pub start: usize,
    /// How often it goes at the end, at most.
    pub stop: usize,
}

impl Strip {
    /// Strips a piece that is complete.
    pub fn apply<'a>(&self, piece: &'a str) -> &'a str {
        let piece = piece.trim_start_matches(self.first(self.start));
        piece.trim_end_matches(self.first(self.stop))
    }

    /// Strips a text that comes in pieces: returns what is certain after `piece`.
    ///
    /// `n_left` says how often the character may still go at the start: at first `self.start`.
    /// `held` keeps what may turn out to be the end, which goes: at first nothing.
    pub fn push(&self, n_left: &mut usize, held: &mut String, piece: &str) -> String {
        let mut piece = piece;
        while *n_left > 0 && !piece.is_empty() {
            match piece.strip_prefix(self.content) {
                Some(rest) => {
                    piece = rest;
                    *n_left -= 1;
                }
                None => *n_left = 0,
            }
        }
        let mut text = std::mem::take(held);
        text.push_str(piece);
        let certain = text.trim_end_matches(self.first(self.stop)).len();
        *held = text.split_off(certain);
        text
    }

    /// Matches `content`, the first `n` times.
    fn first(&self, mut n: usize) -> impl FnMut(char) -> bool {
        let content = self.content;
        move |character| {
            let matches = character == content && n > 0;
            n = n.saturating_sub(1);
            matches
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_at_most_so_many_off_each_end() {
        let strip = Strip { content: '_', start: 2, stop: 1 };
        let cases = [
            ("", ""),
            ("_", ""),
            ("__", ""),
            ("___", ""),
            ("____", "_"),
            ("a", "a"),
            ("_a_", "a"),
            ("___a__", "_a_"),
            ("a__b", "a__b"),
        ];
        for (text, expected) in cases {
            assert_eq!(strip.apply(text), expected, "{text:?}");
            // The same in pieces of one and of two characters.
            for n in [1, 2] {
                let (mut n_left, mut held) = (strip.start, String::new());
                let stripped: String = text
                    .as_bytes()
                    .chunks(n)
                    .map(|piece| std::str::from_utf8(piece).unwrap())
                    .map(|piece| strip.push(&mut n_left, &mut held, piece))
                    .collect();
                assert_eq!(stripped, expected, "{text:?} in pieces of {n}");
            }
        }
    }
}

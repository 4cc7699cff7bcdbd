//! The unigram language model: of all ways to cut a text into pieces, the most probable.
//!
//! Source: Kudo, "Subword Regularization" (2018), section 3.2; the search is the one of
//! SentencePiece's `unigram_model.cc` (`EncodeOptimized`), which Hugging Face tokenizers follows.

use super::vocabulary::Vocabulary;
use std::ops::Range;

/// What an unknown character costs beyond the least probable piece.
const UNKNOWN_PENALTY: f64 = 10.0;

/// How the scores along a path are added up. Where two cuts are equally probable, or almost in a
/// long text, the rounding decides between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Accumulate {
    /// As the SentencePiece library (0.2.3): in 32 bits, starting over from zero where a sum
    /// leaves +-[`MAX_SUM`].
    F32,
    /// As Hugging Face tokenizers: in 64 bits.
    F64,
}

const MAX_SUM: f64 = 100_000.0;

impl Accumulate {
    fn add(self, a: f64, b: f64) -> f64 {
        match self {
            Accumulate::F32 => f64::from(a as f32 + b as f32),
            Accumulate::F64 => a + b,
        }
    }
}

/// A vocabulary with the log-probability of each piece.
pub(crate) struct Unigram {
    pub vocabulary: Vocabulary,
    /// Log-probabilities, (n_pieces,). A piece of minus infinity is never chosen.
    pub scores: Vec<f64>,
    /// Score of a character that no piece covers.
    pub unknown_score: f64,
    /// Id that stands for characters outside the vocabulary; such a character fails without one.
    pub unk_id: Option<u32>,
    pub accumulate: Accumulate,
}

/// The text has a character that no piece covers, and the model names no piece for that.
#[derive(Debug, PartialEq)]
pub(crate) struct NoUnknownPiece;

/// The best way to reach a byte of the text.
#[derive(Clone, Copy)]
struct BestPath {
    score: f64,
    /// Where the last piece of the path starts; `UNREACHED` where no path ends here.
    start: u32,
    id: u32,
}

const UNREACHED: u32 = u32::MAX;

impl Unigram {
    /// The score of an unknown character for a model whose least score is `min_score`.
    pub fn unknown_score(min_score: f64) -> f64 {
        min_score - UNKNOWN_PENALTY
    }

    /// Cuts `text` into its most probable pieces: (bytes of the text, id), in order.
    /// Unknown characters next to each other make one piece.
    ///
    /// # Errors
    /// [`NoUnknownPiece`] if it would need an `unk_id` that is not there.
    pub fn segment(&self, text: &str) -> Result<Vec<(Range<usize>, u32)>, NoUnknownPiece> {
        let best = self.best_paths(text)?;
        let mut pieces: Vec<(Range<usize>, u32)> = Vec::new();
        let mut end = text.len();
        while end > 0 {
            let BestPath { start, id, .. } = best[end];
            let start = start as usize;
            match pieces.last_mut() {
                // Walking backwards: the piece found before is the one that follows in the text.
                Some((range, next)) if *next == id && Some(id) == self.unk_id => {
                    range.start = start;
                }
                _ => pieces.push((start..end, id)),
            }
            end = start;
        }
        pieces.reverse();
        Ok(pieces)
    }

    /// The best path to the end of every character, indexed by byte, (text.len() + 1,).
    fn best_paths(&self, text: &str) -> Result<Vec<BestPath>, NoUnknownPiece> {
        let unreached = BestPath { score: 0.0, start: UNREACHED, id: 0 };
        let mut best = vec![unreached; text.len() + 1];
        // The furthest end of a path so far.
        let mut frontier = 0;
        for (start, character) in text.char_indices() {
            if self.accumulate == Accumulate::F32 && best[start].score.abs() > MAX_SUM {
                let offset = -best[start].score;
                for path in &mut best[start..=frontier] {
                    path.score = self.accumulate.add(path.score, offset);
                }
            }
            let score_here = best[start].score;
            let mut offer = |length: usize, id: u32, score: f64| {
                frontier = frontier.max(start + length);
                let target = &mut best[start + length];
                let score = self.accumulate.add(score_here, score);
                if target.start == UNREACHED || score > target.score {
                    *target = BestPath { score, start: start as u32, id };
                }
            };
            let mut covered = false;
            self.vocabulary.each_prefix(&text.as_bytes()[start..], |id, length| {
                let score = self.scores[id as usize];
                if score != f64::NEG_INFINITY {
                    offer(length, id, score);
                    covered |= length == character.len_utf8();
                }
            });
            if !covered {
                let id = self.unk_id.ok_or(NoUnknownPiece)?;
                offer(character.len_utf8(), id, self.unknown_score);
            }
        }
        Ok(best)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unigram(pieces: &[(&str, f64)], unk_id: Option<u32>) -> Unigram {
        let mut vocabulary = Vocabulary::default();
        pieces.iter().for_each(|(piece, _)| vocabulary.push(piece));
        vocabulary.seal();
        let scores: Vec<f64> = pieces.iter().map(|&(_, score)| score).collect();
        let min_score = scores.iter().copied().fold(f64::INFINITY, f64::min);
        Unigram {
            vocabulary,
            scores,
            unknown_score: Unigram::unknown_score(min_score),
            unk_id,
            accumulate: Accumulate::F64,
        }
    }

    fn cut(model: &Unigram, text: &str) -> Vec<String> {
        let pieces = model.segment(text).unwrap();
        pieces.into_iter().map(|(range, _)| text[range].to_string()).collect()
    }

    const PIECES: [(&str, f64); 8] = [
        ("<unk>", 0.0),
        ("a", -1.0),
        ("b", -1.5),
        ("ab", -2.0),
        ("c", -1.0),
        ("abc", -3.5),
        ("bc", -1.2),
        ("never", f64::NEG_INFINITY),
    ];

    #[test]
    fn takes_the_most_probable_cut() {
        let model = unigram(&PIECES[..7], Some(0));
        // a + bc = -2.2, ab + c = -3, abc = -3.5
        assert_eq!(cut(&model, "abc"), ["a", "bc"]);
        assert_eq!(cut(&model, "abab"), ["ab", "ab"]);
        assert_eq!(cut(&model, ""), Vec::<String>::new());
    }

    #[test]
    fn unknown_characters_next_to_each_other_are_one_piece() {
        let model = unigram(&PIECES[..7], Some(0));
        let text = "a한국bx";
        let pieces = model.segment(text).unwrap();
        assert_eq!(pieces, [(0..1, 1), (1..7, 0), (7..8, 2), (8..9, 0)]);
    }

    #[test]
    fn a_piece_of_minus_infinity_is_never_chosen() {
        let mut model = unigram(&PIECES, Some(0));
        model.unknown_score = -20.0;
        assert_eq!(model.segment("never").unwrap(), [(0..5, 0)]);
    }

    #[test]
    fn without_an_unknown_piece_an_unknown_character_fails() {
        let model = unigram(&PIECES[1..7], None);
        assert_eq!(model.segment("abx"), Err(NoUnknownPiece));
        assert_eq!(cut(&model, "cab"), ["c", "ab"]);
    }
}

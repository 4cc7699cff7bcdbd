//! When a generation ends.

use serde::{Deserialize, Serialize};

use super::GenerationConfig;

/// Why a generation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FinishReason {
    /// The model ended its text with `</s>`, or a stop string appeared.
    Stop,
    /// `max_new_tokens` were generated.
    Length,
    /// The user stopped it.
    Cancelled,
}

/// All the ends of one generation: `</s>`, the stop strings, the number of tokens.
#[derive(Debug, Clone)]
pub struct StoppingCriteria {
    eos_token_id: u32,
    max_new_tokens: usize,
    n_new_tokens: usize,
    stop_strings: StopStrings,
}

impl StoppingCriteria {
    /// Criteria of `config`, which is valid, at the start of a generation.
    pub fn new(config: &GenerationConfig, eos_token_id: u32) -> Self {
        StoppingCriteria {
            eos_token_id,
            max_new_tokens: config.max_new_tokens,
            n_new_tokens: 0,
            stop_strings: StopStrings::new(&config.stop_strings),
        }
    }

    /// Takes the newest token and its texts, as [`StopStrings::push`] does, and says whether the generation is over.
    /// A token that is both the end and the last one allowed counts as the end.
    pub fn push(&mut self, token_id: u32, text_piece: &str, waiting: &str) -> Option<FinishReason> {
        self.n_new_tokens += 1;
        let is_stop_string = self.stop_strings.push(text_piece, waiting);
        if token_id == self.eos_token_id || is_stop_string {
            Some(FinishReason::Stop)
        } else if self.n_new_tokens >= self.max_new_tokens {
            Some(FinishReason::Length)
        } else {
            None
        }
    }
}

/// Finds stop strings in a text that arrives in pieces.
///
/// A stop string counts where it ends inside the newest piece, wherever it began; text after it in
/// the same piece is allowed, and stays. It is looked for in the text with its special tokens, such as
/// `<extra_id_0>`; a space that the tokenizer puts before the first word, and does not show, is no part of it.
///
/// Source: Hugging Face `StopStringCriteria`.
#[derive(Debug, Clone)]
pub struct StopStrings {
    /// UTF-8, in which a text can only be found at the start of a character.
    stop_strings: Vec<Vec<u8>>,
    /// Bytes of the longest of them.
    longest: usize,
    /// The end of the text so far: as much of it as can still be the start of a stop string.
    window: Vec<u8>,
}

impl StopStrings {
    /// Looks for `stop_strings`, none of them empty.
    pub fn new(stop_strings: &[String]) -> Self {
        StopStrings {
            stop_strings: stop_strings.iter().map(|text| text.clone().into_bytes()).collect(),
            longest: stop_strings.iter().map(String::len).max().unwrap_or(0),
            window: Vec::new(),
        }
    }

    /// Takes the text that the newest token adds (empty while a character is incomplete) and what would follow if
    /// the text ended here, which a later token may still change; says whether a stop string ends in them.
    pub fn push(&mut self, text_piece: &str, waiting: &str) -> bool {
        self.window.extend_from_slice(text_piece.as_bytes());
        let n_certain = self.window.len();
        self.window.extend_from_slice(waiting.as_bytes());
        let n_new = text_piece.len() + waiting.len();
        let is_found = self.stop_strings.iter().any(|stop_string| {
            // From here on, whatever is found ends at least one byte inside the new piece.
            let start = (self.window.len() + 1).saturating_sub(n_new + stop_string.len());
            self.window[start..].windows(stop_string.len()).any(|bytes| bytes == stop_string)
        });
        self.window.truncate(n_certain);
        let n_bytes_done =
            (self.window.len() + 1).saturating_sub(self.longest).min(self.window.len());
        self.window.drain(..n_bytes_done);
        is_found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stop_strings(texts: &[&str]) -> StopStrings {
        StopStrings::new(&texts.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    /// The examples of Hugging Face's documentation of `StopStringCriteria`.
    #[test]
    fn a_stop_string_is_found_across_pieces_if_it_ends_in_the_newest() {
        for pieces in [
            &["st", "op"][..],
            &["stop"],
            &["st", "opera"],
            &["sto", "pper"],
            &["las", "topper"],
            &["s", "to", "pped"],
        ] {
            let mut stops = stop_strings(&["stop"]);
            let (last, before) = pieces.split_last().unwrap();
            assert!(before.iter().all(|piece| !stops.push(piece, "")), "{pieces:?}");
            assert!(stops.push(last, ""), "{pieces:?}");
            assert!(!stops.push("at", "") && !stops.push("", ""), "{pieces:?}");
        }
    }

    #[test]
    fn characters_of_several_bytes_and_many_strings_are_found() {
        let mut stops = stop_strings(&["끝.", "\n\n", "🛑"]);
        assert!(!stops.push("이것이 ", ""));
        assert!(!stops.push("끝", ""));
        assert!(!stops.push("", "") && !stops.push("\n", ""));
        assert!(stops.push("\n", ""));
        assert!(stops.push("a🛑b", ""));
        assert!(!stops.push("끝", "") && stops.push(".\"", ""));
        // What waits may come in the end, and may not.
        assert!(
            !stops.push("끝", "!")
                && stops.push("", ".")
                && !stops.push("", "?")
                && stops.push(".", "")
        );
    }

    #[test]
    fn memory_is_bounded_by_the_longest_stop_string() {
        let mut stops = stop_strings(&["never", "no"]);
        for _ in 0..1000 {
            stops.push("text that goes on ", "");
        }
        assert_eq!(stops.window.len(), "never".len() - 1);
        let mut none = stop_strings(&[]);
        assert!(!none.push("text", ""));
        assert!(none.window.is_empty());
    }

    #[test]
    fn the_end_of_text_comes_before_the_limit() {
        let config = GenerationConfig {
            max_new_tokens: 2,
            stop_strings: vec!["end".to_owned()],
            ..Default::default()
        };
        let finish = |tokens: &[(u32, &str)]| {
            let mut criteria = StoppingCriteria::new(&config, 1);
            tokens.iter().map(|&(id, text)| criteria.push(id, text, "")).collect::<Vec<_>>()
        };
        assert_eq!(finish(&[(5, "a"), (5, "b")]), [None, Some(FinishReason::Length)]);
        assert_eq!(finish(&[(5, "a"), (1, "")]), [None, Some(FinishReason::Stop)]);
        assert_eq!(finish(&[(5, "e"), (6, "nd")]), [None, Some(FinishReason::Stop)]);
        assert_eq!(serde_json::to_string(&FinishReason::Cancelled).unwrap(), "\"cancelled\"");
    }
}

//! Bytes that arrive one by one, read as UTF-8.

/// What stands for bytes that are no UTF-8.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Invalid {
    /// U+FFFD for each broken sequence, as `String::from_utf8_lossy`.
    ReplaceSequence,
    /// U+FFFD for each byte, as the SentencePiece library.
    ReplaceByte,
    /// Nothing, as Python's `bytes.decode(errors="ignore")`.
    Drop,
}

/// Takes the text that is certain out of `bytes`. A character whose end has not come yet stays,
/// unless this is the end.
pub(super) fn take(bytes: &mut Vec<u8>, invalid: Invalid, is_end: bool) -> String {
    let mut text = String::new();
    let mut rest = bytes.as_slice();
    while !rest.is_empty() {
        let error = match std::str::from_utf8(rest) {
            Ok(valid) => {
                text.push_str(valid);
                rest = &[];
                break;
            }
            Err(error) => error,
        };
        let (valid, broken) = rest.split_at(error.valid_up_to());
        // Cannot fail: this much was found valid.
        text.push_str(std::str::from_utf8(valid).unwrap_or_default());
        rest = broken;
        let n_broken = match error.error_len() {
            Some(n) => n,
            None if is_end => broken.len(),
            None => break,
        };
        match invalid {
            Invalid::ReplaceSequence => text.push(char::REPLACEMENT_CHARACTER),
            Invalid::ReplaceByte => text.push(char::REPLACEMENT_CHARACTER),
            Invalid::Drop => {}
        }
        rest = match invalid {
            Invalid::ReplaceByte => &broken[1..],
            Invalid::ReplaceSequence | Invalid::Drop => &broken[n_broken..],
        };
    }
    let n_taken = bytes.len() - rest.len();
    bytes.drain(..n_taken);
    text
}

/// The byte that a character of GPT-2's byte-level alphabet stands for.
///
/// Printable bytes of Latin-1 stand for themselves; the others, in order, are U+0100 and up.
///
/// Source: GPT-2 `encoder.py` (`bytes_to_unicode`).
pub(super) fn byte_level_byte(character: char) -> Option<u8> {
    match character {
        '!'..='~' | '\u{a1}'..='\u{ac}' | '\u{ae}'..='\u{ff}' => Some(character as u8),
        '\u{100}'..='\u{120}' => Some((character as u32 - 0x100) as u8),
        '\u{121}'..='\u{142}' => Some((character as u32 - 0x121) as u8 + 0x7f),
        '\u{143}' => Some(0xad),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(all: &[u8], invalid: Invalid) -> String {
        let mut bytes = Vec::new();
        let mut text = String::new();
        for &byte in all {
            bytes.push(byte);
            text += &take(&mut bytes, invalid, false);
            assert!(bytes.len() <= 3, "only an unfinished character is held back");
        }
        text += &take(&mut bytes, invalid, true);
        assert!(bytes.is_empty());
        text
    }

    const BROKEN: &[u8] = b"a\xe2\x96b\xff\xf0\x9f\x98\x80\xed\xa0\x80\xc3";

    #[test]
    fn a_broken_sequence_becomes_one_replacement_character() {
        assert_eq!(stream(BROKEN, Invalid::ReplaceSequence), String::from_utf8_lossy(BROKEN));
    }

    #[test]
    fn each_broken_byte_becomes_a_replacement_character() {
        let expected = "a\u{fffd}\u{fffd}b\u{fffd}😀\u{fffd}\u{fffd}\u{fffd}\u{fffd}";
        assert_eq!(stream(BROKEN, Invalid::ReplaceByte), expected);
    }

    #[test]
    fn broken_bytes_are_dropped() {
        assert_eq!(stream(BROKEN, Invalid::Drop), "ab😀");
    }

    #[test]
    fn the_byte_level_alphabet_covers_each_byte_once() {
        let mut bytes: Vec<u8> = ('\0'..='\u{200}').filter_map(byte_level_byte).collect();
        bytes.sort_unstable();
        assert_eq!(bytes, (0..=255).collect::<Vec<u8>>());
        assert_eq!(byte_level_byte('Ġ'), Some(b' '));
        assert_eq!(byte_level_byte('Ċ'), Some(b'\n'));
    }
}

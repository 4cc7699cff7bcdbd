//! SentencePiece's `precompiled_charsmap`: the rules that normalize text, such as NFKC.
//!
//! Layout, little-endian: u32 size of the double array in bytes, the double array (u32 units of
//! darts-clone), then the replacements, each ended by a NUL. A rule's value in the double array is
//! the byte where its replacement starts.
//!
//! Source: SentencePiece `normalizer.cc` (`DecodePrecompiledCharsMap`, `NormalizePrefix`) and
//! darts-clone `darts.h` (`DoubleArrayUnit`, `commonPrefixSearch`).

/// The rules, checked so that no text can lead outside the arrays.
pub(crate) struct Charsmap {
    /// The file's bytes as they are: reading units on the fly spares a second copy.
    blob: Vec<u8>,
    n_units: usize,
}

/// One entry of the double array.
#[derive(Clone, Copy)]
struct Unit(u32);

impl Unit {
    fn has_leaf(self) -> bool {
        self.0 >> 8 & 1 == 1
    }

    fn value(self) -> usize {
        (self.0 & 0x7fff_ffff) as usize
    }

    /// The byte that leads here; units that hold a value have the top bit set and match no byte.
    fn label(self) -> u32 {
        self.0 & 0x8000_00ff
    }

    fn offset(self) -> usize {
        ((self.0 >> 10) << ((self.0 & 1 << 9) >> 6)) as usize
    }
}

impl Charsmap {
    /// Checks the rules and takes them over.
    ///
    /// # Errors
    /// A sentence on what is damaged. Everything that a text could reach is looked at, so that
    /// neither [`Charsmap::longest_rule`] nor another reader of the same bytes can fail later.
    pub fn new(blob: Vec<u8>) -> Result<Charsmap, String> {
        let size = match blob.first_chunk::<4>() {
            Some(size) => u32::from_le_bytes(*size) as usize,
            None => return Err(format!("has {} bytes and no size", blob.len())),
        };
        let n_left = blob.len() - 4;
        if size == 0 || size % 4 != 0 || size > n_left {
            return Err(format!("promises {size} bytes of rules, and {n_left} bytes follow"));
        }
        let charsmap = Charsmap { n_units: size / 4, blob };
        if std::str::from_utf8(charsmap.replacements()).is_err() {
            return Err("has replacements that are not UTF-8".to_string());
        }
        charsmap.check_units()?;
        Ok(charsmap)
    }

    /// The longest rule that `text` starts with: (length in bytes, replacement).
    pub fn longest_rule(&self, text: &str) -> Option<(usize, &str)> {
        let mut longest = None;
        let mut node = self.unit(0).offset();
        for (position, &byte) in text.as_bytes().iter().enumerate() {
            let unit = self.unit(node ^ usize::from(byte));
            if unit.label() != u32::from(byte) {
                break;
            }
            node ^= usize::from(byte) ^ unit.offset();
            if unit.has_leaf() {
                longest = Some((position + 1, self.unit(node).value()));
            }
        }
        let (length, start) = longest?;
        // A rule that ends inside a character of `text` cannot come from the compiler of rules.
        text.is_char_boundary(length).then(|| (length, self.replacement(start)))
    }

    /// The replacement that starts at a byte, up to its NUL or the end.
    fn replacement(&self, start: usize) -> &str {
        let rest = &self.replacements()[start..];
        let length = rest.iter().position(|&b| b == 0).unwrap_or(rest.len());
        std::str::from_utf8(&rest[..length]).unwrap_or_default()
    }

    fn replacements(&self) -> &[u8] {
        &self.blob[4 + 4 * self.n_units..]
    }

    fn unit(&self, index: usize) -> Unit {
        let start = 4 + 4 * index;
        let bytes = &self.blob[start..start + 4];
        Unit(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    /// Walks every node that some text can reach.
    fn check_units(&self) -> Result<(), String> {
        let mut seen = vec![false; self.n_units];
        let mut nodes = vec![self.unit(0).offset()];
        while let Some(node) = nodes.pop() {
            // The 256 units that a byte can lead to lie in one aligned block.
            if node | 0xff >= self.n_units {
                return Err(format!("leads to unit {node}, and there are {}", self.n_units));
            }
            if std::mem::replace(&mut seen[node], true) {
                continue;
            }
            for byte in 0..=255_u8 {
                let index = node ^ usize::from(byte);
                let unit = self.unit(index);
                if unit.label() != u32::from(byte) {
                    continue;
                }
                let child = index ^ unit.offset();
                if unit.has_leaf() {
                    self.check_leaf(child)?;
                }
                nodes.push(child);
            }
        }
        Ok(())
    }

    fn check_leaf(&self, node: usize) -> Result<(), String> {
        if node >= self.n_units {
            return Err(format!("has a rule at unit {node}, and there are {}", self.n_units));
        }
        let start = self.unit(node).value();
        let replacements = self.replacements();
        let is_inside_character = replacements.get(start).is_some_and(|b| b & 0xc0 == 0x80);
        if start > replacements.len() || is_inside_character {
            return Err(format!(
                "has a rule whose replacement starts at byte {start} of {}",
                replacements.len()
            ));
        }
        Ok(())
    }
}

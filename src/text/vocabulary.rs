//! The pieces of a vocabulary, packed.
//!
//! Hash maps for the 32,100 pieces of T5 and for their trie take 26 MB. The same in a few flat
//! lists takes 1.1 MB, and leaves the memory of a browser tab to the model.

/// All pieces of a vocabulary; the id of a piece is its position.
#[derive(Default)]
pub(crate) struct Vocabulary {
    /// Every piece, one after the other, in order of id.
    text: String,
    /// `ends[id]` is where piece `id` ends in `text`, (n_pieces,), bytes.
    ends: Vec<u32>,
    trie: Trie,
}

/// The beginnings of all pieces, as a tree; node 0 is the empty one.
///
/// Nodes are numbered level by level, so that the children of a node are next to each other and
/// follow those of the node before it.
#[derive(Default)]
struct Trie {
    /// The byte that leads to a node, (n_nodes,); ascending among the children of one node.
    labels: Vec<u8>,
    /// The children of node `i` are `first_child[i]..first_child[i + 1]`, (n_nodes + 1,).
    first_child: Vec<u32>,
    /// The piece that ends at a node, or [`NO_PIECE`], (n_nodes,).
    ids: Vec<u32>,
}

const NO_PIECE: u32 = u32::MAX;

impl Vocabulary {
    /// Adds the piece of the next id. [`Vocabulary::seal`] must follow the last one.
    pub fn push(&mut self, piece: &str) {
        self.text.push_str(piece);
        self.ends.push(self.text.len() as u32);
    }

    /// Makes the pieces searchable and gives back spare memory.
    pub fn seal(&mut self) {
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
        // The empty piece can be looked up by id alone.
        let ids = (0..self.len() as u32).filter(|&id| !self.piece_bytes(id).is_empty());
        self.trie = Trie::new(ids.collect(), |id| self.piece_bytes(id));
    }

    /// Number of pieces.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The piece of an id, if there is one.
    pub fn piece(&self, id: u32) -> Option<&str> {
        let id = id as usize;
        let end = *self.ends.get(id)? as usize;
        Some(&self.text[self.start(id)..end])
    }

    /// The id of a piece; the highest where several have the same text.
    pub fn id(&self, piece: &str) -> Option<u32> {
        let mut whole = None;
        self.each_prefix(piece.as_bytes(), |id, length| {
            whole = (length == piece.len()).then_some(id);
        });
        whole
    }

    /// Calls `found(id, length in bytes)` for every piece that `text` starts with, shortest first.
    pub fn each_prefix(&self, text: &[u8], mut found: impl FnMut(u32, usize)) {
        let mut node = 0;
        for (depth, &byte) in text.iter().enumerate() {
            match self.trie.child(node, byte) {
                Some(child) => node = child,
                None => return,
            }
            if self.trie.ids[node] != NO_PIECE {
                found(self.trie.ids[node], depth + 1);
            }
        }
    }

    fn start(&self, id: usize) -> usize {
        match id {
            0 => 0,
            _ => self.ends[id - 1] as usize,
        }
    }

    fn piece_bytes(&self, id: u32) -> &[u8] {
        let id = id as usize;
        &self.text.as_bytes()[self.start(id)..self.ends[id] as usize]
    }
}

impl Trie {
    /// `ids` are ascending and none is of an empty piece; of equal pieces the highest counts.
    fn new<'a>(mut ids: Vec<u32>, piece: impl Fn(u32) -> &'a [u8]) -> Trie {
        let mut trie = Trie { labels: vec![0], first_child: Vec::new(), ids: vec![NO_PIECE] };
        let mut spare = ids.clone();
        // For each node of a level, where the pieces stand that start with it and go on.
        let mut level: Vec<_> = std::iter::once(0..ids.len()).collect();
        let mut depth = 0;
        while !level.is_empty() {
            let mut next_level = Vec::new();
            let label_of = |id: u32| piece(id)[depth];
            for pieces in level {
                trie.first_child.push(trie.labels.len() as u32);
                sort_by_byte(&mut ids[pieces.clone()], &mut spare, label_of);
                let mut rest = pieces;
                while !rest.is_empty() {
                    let label = label_of(ids[rest.start]);
                    let (mut ends_here, mut children) = (NO_PIECE, rest.start..rest.start);
                    while !rest.is_empty() && label_of(ids[rest.start]) == label {
                        let id = ids[rest.start];
                        rest.start += 1;
                        // Those that go on move together, in their order; of equal ones the last has the highest id.
                        if piece(id).len() == depth + 1 {
                            ends_here = id;
                        } else {
                            ids[children.end] = id;
                            children.end += 1;
                        }
                    }
                    trie.labels.push(label);
                    trie.ids.push(ends_here);
                    next_level.push(children);
                }
            }
            level = next_level;
            depth += 1;
        }
        trie.first_child.push(trie.labels.len() as u32);
        trie.labels.shrink_to_fit();
        trie.first_child.shrink_to_fit();
        trie.ids.shrink_to_fit();
        trie
    }

    /// The node that `byte` leads to.
    fn child(&self, node: usize, byte: u8) -> Option<usize> {
        // A vocabulary that was never sealed has no nodes, and no piece can be found.
        let first = *self.first_child.get(node)? as usize;
        let children = &self.labels[first..self.first_child[node + 1] as usize];
        Some(first + children.binary_search(&byte).ok()?)
    }
}

/// Orders `ids` by a byte of each and leaves those of the same byte in their order. `spare` is room for as many.
fn sort_by_byte(ids: &mut [u32], spare: &mut [u32], byte: impl Fn(u32) -> u8) {
    /// So few are faster compared than counted.
    const FEW: usize = 24;
    if ids.len() <= FEW {
        return ids.sort_by_key(|&id| byte(id));
    }
    // How many come before those of each byte.
    let mut places = [0; 256];
    for &id in &*ids {
        places[usize::from(byte(id))] += 1;
    }
    let mut n_before = 0;
    for place in &mut places {
        n_before += std::mem::replace(place, n_before);
    }
    for &id in &*ids {
        let place = &mut places[usize::from(byte(id))];
        spare[*place] = id;
        *place += 1;
    }
    ids.copy_from_slice(&spare[..ids.len()]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary(pieces: &[&str]) -> Vocabulary {
        let mut vocabulary = Vocabulary::default();
        pieces.iter().for_each(|piece| vocabulary.push(piece));
        vocabulary.seal();
        vocabulary
    }

    fn prefixes(vocabulary: &Vocabulary, text: &str) -> Vec<(u32, usize)> {
        let mut all = Vec::new();
        vocabulary.each_prefix(text.as_bytes(), |id, length| all.push((id, length)));
        all
    }

    #[test]
    fn finds_pieces_and_ids() {
        let vocabulary = vocabulary(&["<unk>", "b", "ab", "a", "abc", "é"]);
        assert_eq!(vocabulary.len(), 6);
        assert_eq!(vocabulary.piece(4), Some("abc"));
        assert_eq!(vocabulary.piece(6), None);
        assert_eq!(vocabulary.id("é"), Some(5));
        assert_eq!(vocabulary.id("bc"), None);
        assert_eq!(vocabulary.id(""), None);
    }

    #[test]
    fn prefixes_come_shortest_first() {
        let vocabulary = vocabulary(&["abc", "b", "ab", "a", "abd", "", "\u{10348}"]);
        assert_eq!(prefixes(&vocabulary, "abcd"), [(3, 1), (2, 2), (0, 3)]);
        assert_eq!(prefixes(&vocabulary, "abx"), [(3, 1), (2, 2)]);
        assert_eq!(prefixes(&vocabulary, "\u{10348}b"), [(6, 4)]);
        assert_eq!(prefixes(&vocabulary, "xab"), []);
        assert_eq!(prefixes(&vocabulary, ""), []);
    }

    #[test]
    fn finds_each_of_many() {
        // Far more than are compared with each other, each of them twice.
        let pieces: Vec<String> = (0..1000).map(|i| format!("a{}", i * 7919 % 1000 / 2)).collect();
        let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
        let vocabulary = vocabulary(&pieces);
        for piece in &pieces {
            let last = pieces.iter().rposition(|other| other == piece);
            assert_eq!(vocabulary.id(piece).map(|id| id as usize), last, "{piece}");
        }
        assert_eq!(prefixes(&vocabulary, "a123").len(), 3);
        assert_eq!(vocabulary.id("a500"), None);
    }

    #[test]
    fn of_equal_pieces_the_last_one_counts() {
        let vocabulary = vocabulary(&["a", "b", "a"]);
        assert_eq!(vocabulary.id("a"), Some(2));
        assert_eq!(prefixes(&vocabulary, "ab"), [(2, 1)]);
        assert_eq!(vocabulary.piece(0), Some("a"));
    }
}

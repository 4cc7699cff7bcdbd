//! A batch of token rows on its way into matrices: quantized once, whatever the number of matrices
//! that read it.

use candle_core::quantized::GgmlType;
use candle_core::quantized::k_quants::BlockQ8K;

use super::blocks::TensorType;
use super::packed::Order;
use super::scalar::{BLOCK, QuantizedRow, TILE, TileBlock, WordTile};
use super::twin;

/// Tokens from which on preparing a group of rows once for all tiles is cheaper than doing so for every tile: the
/// nibbles of `Q4_0` are taken apart, bytes become words where those are multiplied.
pub(super) const MANY_TOKENS: usize = 8;

/// The values in integers, as [`QuantizedRow`] describes them, of all tokens.
#[derive(Debug, Default, Clone)]
struct Integers<E> {
    is_ready: bool,
    /// (T, K / 32)
    blocks: Vec<[E; BLOCK]>,
    /// (T, K / 32)
    scales: Vec<f32>,
    /// (T, K / 32)
    offsets: Vec<i32>,
}

/// Input of matrix products: (T, K) in f32, and in 8 bits where a matrix asks for it.
///
/// The quantized forms are made on first use and reused until the values change. All buffers keep
/// their capacity, so a decoder step allocates nothing.
#[derive(Debug, Default, Clone)]
pub struct Activations {
    n_tokens: usize,
    dim: usize,
    values: Vec<f32>,
    words: Integers<i16>,
    nibble_words: Integers<i16>,
    bytes: Integers<i8>,
    /// Of `bytes`, (T, K / 32)
    sums: Vec<i32>,
    /// `bytes` of the tokens that fill tiles, (T / 4, K / 32)
    tiles: Vec<TileBlock>,
    /// `words` of the tokens that fill tiles, (T / 4, K / 32), where there are many
    word_tiles: Vec<WordTile>,
    /// The bias that the offsets of `bytes` take off.
    bias: u8,
    is_q8_k_ready: bool,
    q8_k: Vec<BlockQ8K>,
    /// Rows of a matrix in f32, one for each part of a product, for types that are multiplied so.
    weight_row: Vec<f32>,
}

impl Activations {
    /// An empty batch.
    pub fn new() -> Activations {
        Activations::default()
    }

    /// Number of rows T.
    pub fn n_tokens(&self) -> usize {
        self.n_tokens
    }

    /// Columns K of a row.
    pub fn dim(&self) -> usize {
        self.dim
    }

    /// Starts a new batch of `n_tokens` rows of `dim` and returns it for writing, (T, K).
    ///
    /// What was in it before is unspecified.
    pub fn start(&mut self, n_tokens: usize, dim: usize) -> &mut [f32] {
        self.n_tokens = n_tokens;
        self.dim = dim;
        self.values.resize(n_tokens * dim, 0.0);
        self.words.is_ready = false;
        self.nibble_words.is_ready = false;
        self.bytes.is_ready = false;
        self.is_q8_k_ready = false;
        &mut self.values
    }

    /// The f32 row of a token, (K).
    pub fn row(&self, token_idx: usize) -> &[f32] {
        &self.values[token_idx * self.dim..][..self.dim]
    }

    /// Makes the form that matrices of `tensor_type` in `order` read, unless it is there already.
    pub(super) fn prepare(&mut self, tensor_type: TensorType, order: Order) {
        match (tensor_type, order) {
            (_, Order::Fours { bias }) => self.prepare_bytes(bias),
            (TensorType::Q4_0, Order::Pairs) => self.prepare_nibble_words(),
            (_, Order::Pairs) => self.prepare_words(),
            (tensor_type, Order::Plain) if tensor_type.is_k_quant() => self.prepare_q8_k(),
            _ => {}
        }
    }

    fn prepare_words(&mut self) {
        if self.words.is_ready {
            return;
        }
        let (values, _) = self.values.as_chunks::<BLOCK>();
        self.words.start(values.len(), 0);
        let blocks = self.words.blocks.iter_mut().zip(&mut self.words.scales);
        for (x, (block, scale)) in values.iter().zip(blocks) {
            *scale = twin::quantize_block(x, block);
        }
        if self.n_tokens >= MANY_TOKENS {
            self.fill_word_tiles();
        }
    }

    fn fill_word_tiles(&mut self) {
        let n_blocks = self.dim / BLOCK;
        self.word_tiles.resize_with(self.n_tokens / TILE * n_blocks, WordTile::default);
        for (tile_idx, tile) in self.word_tiles.chunks_exact_mut(n_blocks.max(1)).enumerate() {
            let rows: [_; TILE] =
                std::array::from_fn(|token| self.words.row(tile_idx * TILE + token, self.dim));
            for (block_idx, block) in tile.iter_mut().enumerate() {
                let blocks = rows.each_ref().map(|row| &row.blocks[block_idx]);
                twin::interleave(blocks, &mut block.values);
                block.scales = rows.each_ref().map(|row| row.scales[block_idx]);
            }
        }
    }

    fn prepare_nibble_words(&mut self) {
        if self.nibble_words.is_ready {
            return;
        }
        self.prepare_words();
        self.nibble_words.start(self.words.blocks.len(), 0);
        for (idx, block) in self.words.blocks.iter().enumerate() {
            let scaled = &mut self.nibble_words.blocks[idx];
            self.nibble_words.offsets[idx] = twin::nibble_block(block, scaled);
            self.nibble_words.scales[idx] = self.words.scales[idx] / 256.0;
        }
    }

    fn prepare_bytes(&mut self, bias: u8) {
        if self.bytes.is_ready && self.bias == bias {
            return;
        }
        if !self.bytes.is_ready {
            let (values, _) = self.values.as_chunks::<BLOCK>();
            self.bytes.start(values.len(), 0);
            self.sums.resize(values.len(), 0);
            for (idx, x) in values.iter().enumerate() {
                let block = &mut self.bytes.blocks[idx];
                (self.bytes.scales[idx], self.sums[idx]) = twin::quantize_block_to_bytes(x, block);
            }
        }
        self.bias = bias;
        for (offset, sum) in self.bytes.offsets.iter_mut().zip(&self.sums) {
            *offset = -i32::from(bias) * sum;
        }
        self.fill_tiles();
    }

    fn fill_tiles(&mut self) {
        let n_blocks = self.dim / BLOCK;
        self.tiles.resize_with(self.n_tokens / TILE * n_blocks, TileBlock::default);
        for (tile_idx, tile) in self.tiles.chunks_exact_mut(n_blocks.max(1)).enumerate() {
            let rows: [_; TILE] =
                std::array::from_fn(|token| self.bytes.row(tile_idx * TILE + token, self.dim));
            for (block_idx, block) in tile.iter_mut().enumerate() {
                let blocks = rows.each_ref().map(|row| &row.blocks[block_idx]);
                twin::interleave(blocks, &mut block.values);
                block.scales = rows.each_ref().map(|row| row.scales[block_idx]);
                block.offsets = rows.each_ref().map(|row| row.offsets[block_idx]);
            }
        }
    }

    /// The form of a token that matrices of `Q8_0` and of `Q4_0` in pairs read.
    pub(super) fn words(&self, tensor_type: TensorType, token_idx: usize) -> QuantizedRow<'_, i16> {
        let is_q4_0 = tensor_type == TensorType::Q4_0;
        let integers = if is_q4_0 { &self.nibble_words } else { &self.words };
        integers.row(token_idx, self.dim)
    }

    /// The form of a token that matrices in fours read.
    pub(super) fn bytes(&self, token_idx: usize) -> QuantizedRow<'_, i8> {
        self.bytes.row(token_idx, self.dim)
    }

    /// The form of the tokens `4 tile_idx..4 tile_idx + 4` that matrices in fours read, (K / 32).
    pub(super) fn tile(&self, tile_idx: usize) -> &[TileBlock] {
        debug_assert!(self.bytes.is_ready);
        let n_blocks = self.dim / BLOCK;
        &self.tiles[tile_idx * n_blocks..][..n_blocks]
    }

    /// The form of the tokens `4 tile_idx..4 tile_idx + 4` that matrices in pairs read where there are many tokens,
    /// (K / 32).
    pub(super) fn word_tile(&self, tile_idx: usize) -> &[WordTile] {
        debug_assert!(self.words.is_ready);
        let n_blocks = self.dim / BLOCK;
        &self.word_tiles[tile_idx * n_blocks..][..n_blocks]
    }

    fn prepare_q8_k(&mut self) {
        if !self.is_q8_k_ready {
            self.is_q8_k_ready = true;
            self.q8_k.resize_with(self.values.len() / BlockQ8K::BLCK_SIZE, BlockQ8K::zeros);
            BlockQ8K::from_float(&self.values, &mut self.q8_k);
        }
    }

    /// candle's blocks of a token, (K / 256).
    pub(super) fn q8_k(&self, token_idx: usize) -> &[BlockQ8K] {
        debug_assert!(self.is_q8_k_ready);
        let n_blocks = self.dim / BlockQ8K::BLCK_SIZE;
        &self.q8_k[token_idx * n_blocks..][..n_blocks]
    }

    pub(super) fn take_weight_row(&mut self) -> Vec<f32> {
        std::mem::take(&mut self.weight_row)
    }

    pub(super) fn give_back_weight_row(&mut self, row: Vec<f32>) {
        self.weight_row = row;
    }
}

impl<E: Copy> Integers<E> {
    /// Makes room for `n_blocks` blocks with offsets of 0.
    fn start(&mut self, n_blocks: usize, zero: E) {
        self.is_ready = true;
        self.blocks.resize(n_blocks, [zero; BLOCK]);
        self.scales.resize(n_blocks, 0.0);
        self.offsets.resize(n_blocks, 0);
    }

    /// A token's row of `dim` values.
    fn row(&self, token_idx: usize, dim: usize) -> QuantizedRow<'_, E> {
        debug_assert!(self.is_ready);
        let n_blocks = dim / BLOCK;
        let blocks = token_idx * n_blocks..(token_idx + 1) * n_blocks;
        QuantizedRow {
            blocks: &self.blocks[blocks.clone()],
            scales: &self.scales[blocks.clone()],
            offsets: &self.offsets[blocks],
        }
    }
}

//! The product of packed matrices with tiles of words.

use super::super::scalar::{
    self, BLOCK, GROUP, Q4_0_BYTES, Q8_0_BYTES, QuantizedRow, TILE, WideBlock, WordTile,
};
use super::super::twin;
use super::Numbers;

/// The product of a tile in words: with its twin, and with the same tokens one by one and both types of weights.
pub(super) fn check_word_tiles(
    numbers: &mut Numbers,
    blocks: &[[i16; BLOCK]],
    scales: &[f32],
    same: &mut impl FnMut(&str, f32, f32) -> Result<(), String>,
) -> Result<(), String> {
    let n_blocks = blocks.len() / TILE;
    let tiles = [twin::interleave::<i16, 2, { BLOCK / 2 }>, scalar::interleave].map(|interleave| {
        let at = |token: usize, block_idx: usize| token * n_blocks + block_idx;
        let tile = |block_idx| {
            let mut tile = WordTile {
                scales: std::array::from_fn(|token| scales[at(token, block_idx)]),
                ..WordTile::default()
            };
            let blocks = std::array::from_fn(|token| &blocks[at(token, block_idx)]);
            interleave(blocks, &mut tile.values);
            tile
        };
        (0..n_blocks).map(tile).collect::<Vec<_>>()
    });
    let flat = |tile: &[WordTile]| -> Vec<i16> {
        tile.iter().flat_map(|block| block.values.as_flattened().as_flattened().to_vec()).collect()
    };
    for (a, b) in flat(&tiles[0]).into_iter().zip(flat(&tiles[1])) {
        same("interleave of words", f32::from(a), f32::from(b))?;
    }
    let zeros = vec![0; n_blocks];
    let xs: [_; TILE] = std::array::from_fn(|token| QuantizedRow {
        blocks: &blocks[token * n_blocks..][..n_blocks],
        scales: &scales[token * n_blocks..][..n_blocks],
        offsets: &zeros,
    });
    let mut wide = vec![WideBlock::default(); n_blocks];
    let mut row_scales = vec![[0.0; GROUP]; n_blocks];
    let group = numbers.group(n_blocks, Q8_0_BYTES);
    scalar::words_of_q8_0(&group, &mut wide);
    scalar::scales_of_group::<{ GROUP * Q8_0_BYTES }>(&group, &mut row_scales);
    let found = twin::dots_word_tile(&wide, &row_scales, &tiles[0]);
    let expected = scalar::dots_word_tile(&wide, &row_scales, &tiles[0]);
    for expected in [expected, scalar::dots_q8_0(&group, xs)] {
        for (a, b) in found.as_flattened().iter().zip(expected.as_flattened()) {
            same("dots_word_tile", *a, *b)?;
        }
    }
    let group = numbers.group(n_blocks, Q4_0_BYTES);
    scalar::words_of_q4_0(&group, &mut wide);
    scalar::scales_of_group::<{ GROUP * Q4_0_BYTES }>(&group, &mut row_scales);
    let found = twin::dots_word_tile(&wide, &row_scales, &tiles[0]);
    let mut nibbles = blocks.to_vec();
    let pairs = blocks.iter().zip(&mut nibbles);
    let offsets: Vec<i32> =
        pairs.map(|(block, scaled)| scalar::nibble_block(block, scaled)).collect();
    let scales: Vec<f32> = scales.iter().map(|scale| scale / 256.0).collect();
    let xs: [_; TILE] = std::array::from_fn(|token| QuantizedRow {
        blocks: &nibbles[token * n_blocks..][..n_blocks],
        scales: &scales[token * n_blocks..][..n_blocks],
        offsets: &offsets[token * n_blocks..][..n_blocks],
    });
    let expected = scalar::dots_q4_0(&group, xs);
    for (a, b) in found.as_flattened().iter().zip(expected.as_flattened()) {
        same("dots_word_tile of Q4_0", *a, *b)?;
    }
    Ok(())
}

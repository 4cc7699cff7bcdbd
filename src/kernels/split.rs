//! Buffers cut in pieces that threads of the [`super::team`] fill side by side.

use std::marker::PhantomData;
use std::ops::Range;

use super::team;

/// A buffer, or several, that can be lent in pieces.
///
/// # Safety
/// Pieces of different indices must not overlap.
pub unsafe trait Split {
    /// What a part of a job gets.
    type Piece;

    /// Number of pieces.
    fn n_pieces(&self) -> usize;

    /// The piece `idx`, below `n_pieces`.
    ///
    /// # Safety
    /// No other piece of this index may be alive.
    unsafe fn piece(&self, idx: usize) -> Self::Piece;
}

/// Runs `work(index, piece)` for each piece, on the threads of the team.
///
/// # Panics
/// If a part does.
pub fn for_each_piece<S: Split + Sync>(split: S, work: impl Fn(usize, S::Piece) + Sync) {
    team::for_each_part(split.n_pieces(), |idx| {
        // SAFETY: the team runs each part once.
        work(idx, unsafe { split.piece(idx) });
    });
}

/// A slice in pieces of equal length, the last of which may be shorter.
pub struct Chunks<'a, T> {
    first: *mut T,
    len: usize,
    chunk_len: usize,
    slice: PhantomData<&'a mut [T]>,
}

/// A row-major matrix in blocks of some rows and some columns, row by row of blocks; the last ones may be
/// smaller.
pub struct Blocks<'a> {
    first: *mut f32,
    n_rows: usize,
    n_cols: usize,
    /// Rows and columns of a block.
    size: [usize; 2],
    matrix: PhantomData<&'a mut [f32]>,
}

/// The rows and columns of a matrix that one part fills.
pub struct Block<'a> {
    first: *mut f32,
    stride: usize,
    rows: Range<usize>,
    cols: Range<usize>,
    matrix: PhantomData<&'a mut [f32]>,
}

// SAFETY: these are exclusive borrows, which may go to other threads as `&mut [T]` may. A shared `Split`
// gives nothing but pieces that do not overlap.
unsafe impl<T: Send> Send for Chunks<'_, T> {}
unsafe impl<T: Send> Sync for Chunks<'_, T> {}
unsafe impl Sync for Blocks<'_> {}

impl<'a, T> Chunks<'a, T> {
    /// Cuts `slice` in pieces of `chunk_len`.
    pub fn new(slice: &'a mut [T], chunk_len: usize) -> Chunks<'a, T> {
        assert!(chunk_len > 0, "pieces of nothing");
        Chunks { first: slice.as_mut_ptr(), len: slice.len(), chunk_len, slice: PhantomData }
    }
}

// SAFETY: chunks follow each other.
unsafe impl<'a, T> Split for Chunks<'a, T> {
    type Piece = &'a mut [T];

    fn n_pieces(&self) -> usize {
        self.len.div_ceil(self.chunk_len)
    }

    unsafe fn piece(&self, idx: usize) -> &'a mut [T] {
        assert!(idx < self.n_pieces());
        let start = idx * self.chunk_len;
        let len = self.chunk_len.min(self.len - start);
        // SAFETY: start + len is within the slice, which is borrowed for 'a, and the caller has no other
        // piece of this index.
        unsafe { std::slice::from_raw_parts_mut(self.first.add(start), len) }
    }
}

impl<'a> Blocks<'a> {
    /// Cuts `matrix`, (n, n_cols), in blocks of `rows` x `cols`.
    pub fn new(matrix: &'a mut [f32], n_cols: usize, [rows, cols]: [usize; 2]) -> Blocks<'a> {
        assert!(rows > 0 && cols > 0, "blocks of nothing");
        let n_rows = matrix.len() / n_cols.max(1);
        let first = matrix.as_mut_ptr();
        Blocks { first, n_rows, n_cols, size: [rows, cols], matrix: PhantomData }
    }
}

// SAFETY: two blocks share no row or no column.
unsafe impl<'a> Split for Blocks<'a> {
    type Piece = Block<'a>;

    fn n_pieces(&self) -> usize {
        let [rows, cols] = self.size;
        self.n_rows.div_ceil(rows) * self.n_cols.div_ceil(cols)
    }

    unsafe fn piece(&self, idx: usize) -> Block<'a> {
        assert!(idx < self.n_pieces());
        let [rows, cols] = self.size;
        let n_across = self.n_cols.div_ceil(cols);
        let (row, col) = (idx / n_across * rows, idx % n_across * cols);
        Block {
            first: self.first,
            stride: self.n_cols,
            rows: row..self.n_rows.min(row + rows),
            cols: col..self.n_cols.min(col + cols),
            matrix: PhantomData,
        }
    }
}

impl Block<'_> {
    /// Its rows, as the matrix counts them.
    pub fn rows(&self) -> Range<usize> {
        self.rows.clone()
    }

    /// Its columns, as the matrix counts them.
    pub fn cols(&self) -> Range<usize> {
        self.cols.clone()
    }

    /// Its part of a row of the matrix.
    pub fn row_mut(&mut self, row_idx: usize) -> &mut [f32] {
        let [row] = self.rows_mut([row_idx]);
        row
    }

    /// Its parts of several rows, increasing.
    pub fn rows_mut<const N: usize>(&mut self, rows: [usize; N]) -> [&mut [f32]; N] {
        assert!(rows.is_sorted_by(|a, b| a < b), "different rows");
        rows.map(|row_idx| {
            assert!(self.rows.contains(&row_idx), "a row of another block");
            let start = row_idx * self.stride + self.cols.start;
            // SAFETY: row and columns lie in the matrix and in no other block; the rows are different
            // and the borrow of self is exclusive.
            unsafe { std::slice::from_raw_parts_mut(self.first.add(start), self.cols.len()) }
        })
    }
}

// SAFETY: the pieces of each part do not overlap.
unsafe impl<A: Split, B: Split> Split for (A, B) {
    type Piece = (A::Piece, B::Piece);

    fn n_pieces(&self) -> usize {
        self.0.n_pieces().min(self.1.n_pieces())
    }

    unsafe fn piece(&self, idx: usize) -> Self::Piece {
        // SAFETY: as the caller promises for the pair.
        unsafe { (self.0.piece(idx), self.1.piece(idx)) }
    }
}

// SAFETY: each piece is one of one split.
unsafe impl<S: Split, const N: usize> Split for [S; N] {
    /// Which split, and a piece of it.
    type Piece = (usize, S::Piece);

    fn n_pieces(&self) -> usize {
        self.iter().map(S::n_pieces).sum()
    }

    unsafe fn piece(&self, mut idx: usize) -> Self::Piece {
        for (which, split) in self.iter().enumerate() {
            if idx < split.n_pieces() {
                // SAFETY: as the caller promises for the whole.
                return (which, unsafe { split.piece(idx) });
            }
            idx -= split.n_pieces();
        }
        panic!("a piece beyond the last");
    }
}

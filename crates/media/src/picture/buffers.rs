use fast_image_resize::Resizer;

/// Memory that is used again for the next picture.
///
/// A photograph of 12 megapixels takes some 20 MB of it; getting them from the system anew costs a
/// fifth of the whole work in page faults. A thread that makes many pictures keeps one of these, and
/// drops it to give the memory back.
#[derive(Debug, Default)]
pub struct Buffers {
    spare: Vec<Vec<u8>>,
    resizer: Resizer,
}

/// Larger memory is not kept: few pictures need it, and [`Limits`](super::Limits) speak of one.
const LARGEST_KEPT: usize = 16 << 20;

/// A picture and its next smaller version, and one to spare.
const MOST_KEPT: usize = 3;

impl Buffers {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// That many bytes of that value.
    pub(super) fn take(&mut self, length: usize, value: u8) -> Vec<u8> {
        let fitting = (0..self.spare.len())
            .filter(|n| self.spare[*n].capacity() >= length)
            .min_by_key(|n| self.spare[*n].capacity());
        match fitting {
            Some(n) => {
                let mut buffer = self.spare.swap_remove(n);
                buffer.clear();
                buffer.resize(length, value);
                buffer
            }
            None => vec![value; length],
        }
    }

    /// Keeps memory that is no longer needed, the largest first.
    pub(super) fn give_back(&mut self, buffer: Vec<u8>) {
        if buffer.capacity() <= LARGEST_KEPT {
            self.spare.push(buffer);
            self.spare.sort_by_key(|spare| std::cmp::Reverse(spare.capacity()));
            self.spare.truncate(MOST_KEPT);
        }
    }

    /// Runs work that resizes.
    pub(super) fn resizing<T>(&mut self, work: impl FnOnce(&mut Resizer) -> T) -> T {
        let result = work(&mut self.resizer);
        if self.resizer.size_of_internal_buffers() > LARGEST_KEPT {
            self.resizer.reset_internal_buffers();
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_back_is_used_again_as_new() {
        let mut buffers = Buffers::new();
        let large = buffers.take(1000, 7);
        let address = large.as_ptr();
        buffers.give_back(large);
        buffers.give_back(vec![9; 10]);
        let again = buffers.take(500, 3);
        assert_eq!((again.as_ptr(), &again[..]), (address, &[3; 500][..]));
        assert_eq!(buffers.take(2000, 1), [1; 2000]);
    }

    #[test]
    fn it_does_not_grow_for_ever() {
        let mut buffers = Buffers::new();
        buffers.give_back(Vec::with_capacity(LARGEST_KEPT + 1));
        assert!(buffers.spare.is_empty());
        for length in 1..100 {
            buffers.give_back(vec![0; length]);
        }
        let kept: Vec<_> = buffers.spare.iter().map(Vec::len).collect();
        assert_eq!(kept, [99, 98, 97]);
    }
}

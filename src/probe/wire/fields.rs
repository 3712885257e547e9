//! The parts of a packet.

/// What is left of a packet; each part taken shortens it. `None` where less is left than the part takes.
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

impl<'a> Fields<'a> {
    /// The next bytes.
    pub(super) fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    /// A number of two bytes.
    pub(super) fn short(&mut self) -> Option<u16> {
        let bytes = self.bytes(2)?;
        Some(u16::from_le_bytes(bytes.try_into().ok()?))
    }

    /// A number of one to nine bytes. What stands for NULL or for an error is none.
    pub(super) fn number(&mut self) -> Option<u64> {
        let width = match self.bytes(1)? {
            [small @ 0..=0xfa] => return Some(u64::from(*small)),
            [0xfc] => 2,
            [0xfd] => 3,
            [0xfe] => 8,
            _ => return None,
        };
        let mut number = [0; 8];
        number.get_mut(..width)?.copy_from_slice(self.bytes(width)?);
        Some(u64::from_le_bytes(number))
    }

    /// A text behind its length.
    pub(super) fn text(&mut self) -> Option<&'a [u8]> {
        let length = self.number()?;
        self.bytes(usize::try_from(length).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_taken_one_by_one() {
        let mut fields = Fields(b"\xfa\xfc\x01\x02\xfd\x01\0\x01\xfe\0\0\0\0\x01\0\0\0\x03abc\x0a\0");
        let numbers = [fields.number(), fields.number(), fields.number(), fields.number()];
        assert_eq!(numbers, [0xfa, 0x0201, 0x01_0001, 1 << 32].map(Some));
        assert_eq!((fields.text(), fields.short()), (Some(&b"abc"[..]), Some(10)));
        assert_eq!((fields.number(), fields.short(), fields.text()), (None, None, None));
        for none in [
            &b"\xfb"[..],
            b"\xff",
            b"\xfc\x01",
            b"\xfe\xff\xff\xff\xff\xff\xff\xff\xff",
        ] {
            assert_eq!(Fields(none).text(), None);
        }
    }
}

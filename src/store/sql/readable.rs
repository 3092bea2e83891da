use crate::record::OwnerId;

/// An owner that cannot be read must not make the audit so, too.
pub(in crate::store) fn readable(owner: &str) -> OwnerId {
    let replaced = |char: char| if char.is_control() { char::REPLACEMENT_CHARACTER } else { char };
    let mut readable: String = owner.chars().map(replaced).collect();
    if readable.is_empty() {
        readable.push(char::REPLACEMENT_CHARACTER);
    }
    readable.truncate(readable.floor_char_boundary(OwnerId::MAX_LEN));
    OwnerId::parse(&readable).expect("1 to 255 bytes without control characters")
}

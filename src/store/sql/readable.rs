/// An owner that cannot be read must not make the audit so, too.
pub(in crate::store) fn readable(owner: &str) -> String {
    let replaced = |char: char| if char.is_control() { char::REPLACEMENT_CHARACTER } else { char };
    owner.chars().map(replaced).collect()
}

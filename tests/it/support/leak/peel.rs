//! The ways in which bytes are written down, undone.

/// All that a text may be the written form of, whole or in part.
pub(super) fn peel(text: &[u8]) -> Vec<Vec<u8>> {
    let mut inner = Vec::new();
    inner.extend(unmarked(text, b'%', percent));
    inner.extend(unmarked(text, b'\\', backslash));
    for run in runs(text, |byte| byte.is_ascii_hexdigit(), 16) {
        inner.extend([hex(run), hex(&run[1..])]);
    }
    for run in runs(text, is_base64, 20) {
        inner.extend((0..4).map(|offset| base64(&run[offset..])));
    }
    inner.extend(lists(text, 10));
    inner.extend(lists(text, 16));
    inner
}

/// The longest pieces of at least `shortest` such bytes.
pub(super) fn runs(text: &[u8], is_part: impl Fn(u8) -> bool, shortest: usize) -> impl Iterator<Item = &[u8]> {
    text.split(move |&byte| !is_part(byte)).filter(move |run| run.len() >= shortest)
}

/// The text with each mark and what follows it read as a byte, if there is any.
fn unmarked(text: &[u8], mark: u8, read: impl Fn(&[u8]) -> Option<(u8, usize)>) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&first, after)) = rest.split_first() {
        let marked = if first == mark { read(after) } else { None };
        let (byte, length) = marked.unwrap_or((first, 0));
        bytes.push(byte);
        rest = &after[length..];
    }
    (bytes.len() < text.len()).then_some(bytes)
}

/// `%ba` (RFC 3986, section 2.1).
fn percent(after: &[u8]) -> Option<(u8, usize)> {
    let &[high, low, ..] = after else { return None };
    Some((digit(high)? << 4 | digit(low)?, 2))
}

/// `\xba`, `\n` and the like, as `Debug` and JSON write them.
fn backslash(after: &[u8]) -> Option<(u8, usize)> {
    match *after.first()? {
        b'x' => percent(&after[1..]).map(|(byte, length)| (byte, length + 1)),
        b'n' => Some((b'\n', 1)),
        b'r' => Some((b'\r', 1)),
        b't' => Some((b'\t', 1)),
        b'0' => Some((0, 1)),
        other @ (b'\\' | b'"' | b'\'' | b'/') => Some((other, 1)),
        _ => None,
    }
}

fn digit(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| digit.try_into().ok())
}

fn hex(run: &[u8]) -> Vec<u8> {
    run.chunks_exact(2).filter_map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/-_".contains(&byte)
}

/// Base64 in the standard and in the URL alphabet, padded or not.
fn base64(run: &[u8]) -> Vec<u8> {
    let sextet = |&byte: &u8| match byte {
        b'A'..=b'Z' => u32::from(byte - b'A'),
        b'a'..=b'z' => u32::from(byte - b'a') + 26,
        b'0'..=b'9' => u32::from(byte - b'0') + 52,
        b'+' | b'-' => 62,
        _ => 63,
    };
    let whole = |sextets: &[u8]| {
        let bits = sextets.iter().map(sextet).fold(0, |bits, sextet| bits << 6 | sextet);
        let [_, bytes @ ..] = (bits << (6 * (4 - sextets.len()))).to_be_bytes();
        bytes.into_iter().take(sextets.len() * 3 / 4)
    };
    run.chunks(4).flat_map(whole).collect()
}

/// Lists of bytes such as `[186, 120]`, `[ba, 78]`, `0xba 0x78` or `ba:78`, also over several lines.
fn lists(text: &[u8], radix: u32) -> Vec<Vec<u8>> {
    let (mut lists, mut list, mut between) = (Vec::new(), Vec::new(), true);
    for word in text.chunk_by(|one, other| one.is_ascii_alphanumeric() == other.is_ascii_alphanumeric()) {
        if !word[0].is_ascii_alphanumeric() {
            between = word.iter().all(|byte| b", :-\n\t\r".contains(byte));
            continue;
        }
        let number = number(word, radix);
        if !between || number.is_none() {
            lists.push(std::mem::take(&mut list));
        }
        list.extend(number);
        between = true;
    }
    lists.push(list);
    lists.retain(|list| list.len() >= 8);
    lists
}

fn number(word: &[u8], radix: u32) -> Option<u8> {
    let digits = word.strip_prefix(b"0x").unwrap_or(word);
    u8::from_str_radix(str::from_utf8(digits).ok()?, radix).ok()
}

use unic_langid::LanguageIdentifier;

/// How many languages of a header are looked at.
const MOST: usize = 20;

/// The languages of an `Accept-Language` header (RFC 9110, section 12.5.4), the best first. What cannot be read is left out.
pub(super) fn accepted(header: &str) -> Vec<LanguageIdentifier> {
    let mut ranked: Vec<_> = header.split(',').take(MOST).filter_map(ranked).filter(|(rank, _)| *rank > 0).collect();
    ranked.sort_by_key(|(rank, _)| std::cmp::Reverse(*rank));
    ranked.into_iter().map(|(_, tag)| tag).collect()
}

/// A language and its weight in thousandths.
fn ranked(item: &str) -> Option<(u16, LanguageIdentifier)> {
    let (tag, weight) = item.split_once(';').map_or((item, None), |(tag, weight)| (tag, Some(weight)));
    let rank = match weight.map(str::trim) {
        None => 1_000,
        Some(weight) => thousandths(weight.strip_prefix("q=")?)?,
    };
    Some((rank, tag.trim().parse().ok()?))
}

fn thousandths(weight: &str) -> Option<u16> {
    let (whole, part) = weight.split_once('.').unwrap_or((weight, ""));
    let part: u16 = if part.is_empty() { 0 } else { format!("{part:0<3}").get(..3)?.parse().ok()? };
    Some((whole.parse::<u16>().ok()?.min(1) * 1_000 + part).min(1_000))
}

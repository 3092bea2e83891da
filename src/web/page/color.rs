use crate::invalid::{InvalidValue, InvalidValueKind};

/// A colour: `#` and six hexadecimal digits.
///
/// ```
/// use tower_pat::web::Color;
///
/// assert!(Color::parse("#0a7d4f").is_ok());
/// assert!(Color::parse("red").is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Color([u8; 3]);

impl Color {
    pub(super) const WHITE: Self = Self([255; 3]);
    pub(super) const BLACK: Self = Self([0; 3]);

    pub(super) const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self([red, green, blue])
    }

    /// Reads a colour.
    ///
    /// # Errors
    ///
    /// Unless it is `#` and six hexadecimal digits.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
        let digits = digits.filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        let number = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let [_, red, green, blue] = number.ok_or_else(|| InvalidValue::new(InvalidValueKind::Color))?.to_be_bytes();
        Ok(Self([red, green, blue]))
    }

    /// The colour as CSS has it.
    pub(super) fn css(self) -> String {
        let [red, green, blue] = self.0;
        format!("#{red:02x}{green:02x}{blue:02x}")
    }

    /// Black or white, whichever is read better upon it.
    pub(super) fn ink(self) -> Self {
        if self.contrast(Self::WHITE) >= self.contrast(Self::BLACK) { Self::WHITE } else { Self::BLACK }
    }

    /// The nearest colour towards another that is read well upon a ground.
    pub(super) fn readable(self, ground: Self, towards: Self) -> Self {
        let mut steps = (0..=20).map(|step| self.mixed(towards, step, 20));
        steps.find(|color| color.contrast(ground) >= READABLE).unwrap_or(towards)
    }

    /// So many parts of another in so many.
    fn mixed(self, other: Self, parts: u16, of: u16) -> Self {
        let mix = |place: usize| {
            let sum = u16::from(self.0[place]) * (of - parts) + u16::from(other.0[place]) * parts;
            u8::try_from(sum / of).unwrap_or(u8::MAX)
        };
        Self([mix(0), mix(1), mix(2)])
    }

    /// WCAG 2.2, contrast ratio.
    fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// WCAG 2.2, relative luminance.
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

/// What WCAG 2.2 asks of text (level AA), and a little more.
const READABLE: f64 = 4.8;

#[cfg(test)]
mod tests {
    use super::Color;

    #[test]
    fn any_color_is_made_readable_on_any_ground() {
        for text in ["#ffff00", "#000000", "#ffffff", "#7f7f7f", "#ff0000", "#00ff7f", "#2f5fe0"] {
            let color = Color::parse(text).unwrap();
            assert!(color.readable(Color::WHITE, Color::BLACK).contrast(Color::WHITE) >= 4.5, "{text}");
            let dark = Color::new(22, 25, 32);
            assert!(color.readable(dark, Color::WHITE).contrast(dark) >= 4.5, "{text}");
            assert!(color.contrast(color.ink()) >= 4.5, "{text}");
        }
        let blue = Color::parse("#1f4fd0").unwrap();
        assert_eq!(blue.readable(Color::WHITE, Color::BLACK), blue);
    }

    #[test]
    fn nothing_but_a_color_is_one() {
        for text in ["", "#", "#fff", "#12345g", "#1234567", "123456", "#é1234", "red", "#+12345", "#fff;}*{x:"] {
            assert!(Color::parse(text).is_err(), "{text}");
        }
        assert_eq!(Color::parse("#0A7d4f").unwrap().css(), "#0a7d4f");
    }
}

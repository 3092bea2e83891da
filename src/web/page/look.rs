use super::assets::Assets;
use super::color::Color;
use super::logo::{Logo, Source};

/// What a host sets of how the page looks.
#[derive(Debug, Clone)]
pub(super) struct Look {
    pub(super) title: Option<String>,
    pub(super) logo: Option<Logo>,
    pub(super) accent: Color,
    /// Where the header leads, and what that is called.
    pub(super) home: Option<(String, String)>,
}

impl Default for Look {
    fn default() -> Self {
        Self { title: None, logo: None, accent: Color::new(0x2f, 0x5f, 0xd7), home: None }
    }
}

/// The surfaces of `page.css`, for contrast.
const DARK: Color = Color::new(0x17, 0x1b, 0x22);

impl Look {
    pub(super) fn assets(&self) -> Assets {
        let image = self.logo.as_ref().and_then(|Logo(source)| match source {
            Source::Image(kind, bytes) => Some((*kind, bytes.clone())),
            Source::Path(_) => None,
        });
        Assets::new(&self.colors(), image)
    }

    /// Where the logo is, if the host serves it.
    pub(super) fn logo_path(&self) -> Option<&str> {
        match &self.logo.as_ref()?.0 {
            Source::Path(path) => Some(path),
            Source::Image(..) => None,
        }
    }

    /// The host's colour, as it is read well upon light and dark ground.
    fn colors(&self) -> String {
        let rule = |color: Color| format!(":root{{--accent:{};--on-accent:{}}}", color.css(), color.ink().css());
        let light = rule(self.accent.readable(Color::WHITE, Color::BLACK));
        let dark = rule(self.accent.readable(DARK, Color::WHITE));
        format!("{light}\n@media (prefers-color-scheme:dark){{{dark}}}\n")
    }
}

use std::fmt;

use bytes::Bytes;

/// The logo beside the title of the page.
///
/// ```
/// use tower_pat::web::Logo;
///
/// let on_this_host = Logo::at("/static/logo.svg");
/// let given_here = Logo::svg(r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="4"/></svg>"#);
/// ```
#[derive(Clone)]
pub struct Logo(pub(super) Source);

#[derive(Clone)]
pub(super) enum Source {
    Path(String),
    Image(&'static str, Bytes),
}

impl Logo {
    /// An image that the host serves under this path. The page loads nothing from other hosts.
    #[must_use]
    pub fn at(path: impl Into<String>) -> Self {
        Self(Source::Path(path.into()))
    }

    /// An SVG image, which the page serves by itself. Scripts in it do not run.
    #[must_use]
    pub fn svg(image: impl Into<Bytes>) -> Self {
        Self(Source::Image("image/svg+xml", image.into()))
    }

    /// A PNG image, which the page serves by itself.
    #[must_use]
    pub fn png(image: impl Into<Bytes>) -> Self {
        Self(Source::Image("image/png", image.into()))
    }
}

impl fmt::Debug for Logo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Logo").finish_non_exhaustive()
    }
}

//! Which records are wanted, in which order, and from where on.

mod cursor;
mod order;
mod page;
mod pat;
mod selection;
mod span;

pub use cursor::Cursor;
pub use order::{Order, Sort, SortKey};
pub use page::PatPage;
pub use pat::PatQuery;
pub use selection::Selection;
pub use span::Span;

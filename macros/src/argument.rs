use proc_macro2::Span;
use syn::Error;
use syn::parse::{Parse, ParseStream, Result};

use crate::demand::Demand;
use crate::options::Options;

/// What stands between the parentheses: a requirement, and what is said of it by name.
pub(crate) struct Argument {
    pub(crate) demand: Demand,
    pub(crate) options: Options,
}

impl Parse for Argument {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        if input.is_empty() {
            let message =
                r#"say which scope: a string such as "invoices:read", or a variant such as Api::ReadInvoices"#;
            return Err(Error::new(Span::call_site(), message));
        }
        Ok(Self { demand: input.parse()?, options: input.parse()? })
    }
}

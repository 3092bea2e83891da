use std::net::IpAddr;

use crate::clock::Moment;

/// When, from where and by what a token was presented.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Circumstances<'a> {
    pub(crate) at: Moment,
    pub(crate) client_addr: Option<IpAddr>,
    pub(crate) user_agent: Option<&'a str>,
}

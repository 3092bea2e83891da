//! The git host as a process, driven by git itself, by the SDKs of GitHub and GitLab, and by curl.

mod access;
mod cgi;
mod client;
mod credentials;
mod host;
mod process;
mod sdk;
mod transfer;

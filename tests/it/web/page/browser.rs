//! The page in a real browser, as people use it: `tests/clients/page.mjs` says what they do.

use std::process::Command;

use super::host::{Host, Repositories, serve};
use crate::support::clients;

/// Runs the script against a host of its own, in some of the circumstances: a language, a width, light or dark, with or
/// without JavaScript.
async fn drive(circumstances: &'static str) {
    let host = Host::generous().await;
    let page = host.page().with_title("Acme").with_link_back("/login", "Settings").with_resources(Repositories);
    let addr = serve(host.app(page)).await;
    let run = move || {
        let mut node = Command::new("node");
        node.arg(clients().join("page.mjs")).args(["--", &format!("http://{addr}"), circumstances]);
        node.env("NO_PROXY", "*").output().unwrap()
    };
    let output = tokio::task::spawn_blocking(run).await.unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{circumstances}: {said}");
    assert!(said.contains("flows done"), "{circumstances}: {said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn people_manage_their_tokens_in_english_on_a_wide_screen() {
    drive("en 1440 light,en 1440 dark").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_manage_their_tokens_in_french_on_a_wide_screen() {
    drive("fr 1440 light,fr 1440 dark").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_manage_their_tokens_in_english_on_a_phone() {
    drive("en 360 light,en 360 dark,en 320 light").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_manage_their_tokens_in_french_on_a_phone() {
    drive("fr 360 light,fr 360 dark").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_manage_their_tokens_without_javascript() {
    drive("en 1440 light plain,en 360 dark plain,fr 360 light plain,fr 1440 dark plain").await;
}

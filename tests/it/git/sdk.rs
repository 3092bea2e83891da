use std::process::Command;

use super::client::{Client, Said};
use super::host::Host;
use crate::support::clients;

#[test]
fn python_gitlab_signs_in_with_a_private_and_with_an_oauth_token() {
    let host = Host::start();
    let client = host.client("client");
    for form in ["GITLAB_PRIVATE_TOKEN", "GITLAB_OAUTH_TOKEN"] {
        let ask = |token: &str| ask(python(&client).env("GITLAB_URL", host.url("")).env(form, token));
        assert_eq!(ask(&host.alice).succeeded().stdout, "alice\n", "{form}");
        assert_eq!(ask(&host.mint("bob", "repo:read")).succeeded().stdout, "bob\n", "{form}");
        ask("guess").failed("GitlabAuthenticationError: 401");
    }
}

#[test]
fn octokit_asks_who_the_token_belongs_to() {
    let host = Host::start();
    let client = host.client("client");
    let ask = |token: &str| {
        let mut node = client.command("node");
        node.arg(clients().join("octokit.mjs"))
            .env("GITHUB_URL", host.url("").trim_end_matches('/'))
            .env("GITHUB_TOKEN", token);
        ask(&mut node)
    };
    assert_eq!(ask(&host.alice).succeeded().stdout, "alice\n");
    assert_eq!(ask(&host.mint("bob", "repo:read")).succeeded().stdout, "bob\n");
    ask("guess").failed("status: 401");
}

fn python(client: &Client) -> Command {
    let mut python = client.command(clients().join("python/bin/python"));
    python.arg(clients().join("python_gitlab.py"));
    python
}

fn ask(program: &mut Command) -> Said {
    Said::from(program.env("NO_PROXY", "*").output().unwrap())
}

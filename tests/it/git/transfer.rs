use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use tower_pat::token::{Entropy, OsEntropy};

use super::client::Said;
use super::host::Host;

#[test]
fn what_is_pushed_is_cloned_and_fetched() {
    let host = Host::start();
    let client = host.client("client");
    let url = host.url_as(&format!("x:{}", host.alice), "alice/site.git");
    let work = client.work("work", b"one");

    client.push("work", &url).succeeded();
    assert_eq!(host.repositories(), ["alice/site.git"]);
    client.git(&["clone", &url, "clone"]).succeeded();
    assert_eq!(fs::read(client.path("clone/file")).unwrap(), b"one");

    fs::write(work.join("file"), b"two").unwrap();
    client.commit(&work);
    client.push("work", &url).succeeded();
    client.git(&["-C", "clone", "pull", "--ff-only"]).succeeded();
    assert_eq!(fs::read(client.path("clone/file")).unwrap(), b"two");
    client.git(&["clone", "--depth=1", &url.replace(".git", ""), "shallow"]).succeeded();
    assert_eq!(client.git(&["-C", "shallow", "rev-list", "--count", "HEAD"]).stdout, "1\n");

    client.git(&["-C", "work", "push", &url, "HEAD:refs/heads/other"]).succeeded();
    client.git(&["-C", "work", "push", &url, ":other"]).succeeded();
    assert_eq!(client.git(&["ls-remote", "--heads", &url]).succeeded().stdout.lines().count(), 1);
}

#[test]
fn empty_repository_is_cloned() {
    let host = Host::start();
    let client = host.client("client");
    let url = host.url_as(&format!("x:{}", host.alice), "alice/site.git");
    client.git(&["clone", &url, "early"]).failed("not found");
    // A push that finds nothing to push has begun, and made the repository.
    client.work("work", b"one");
    client.git(&["-C", "work", "push", "--dry-run", &url, "HEAD"]).succeeded();
    client.git(&["clone", &url, "clone"]).succeeded();
    assert_eq!(client.git(&["-C", "clone", "branch", "--show-current"]).stdout, "main\n");
}

#[test]
fn every_version_of_the_protocol_is_spoken() {
    let host = Host::start();
    let client = host.client("client");
    let url = host.url_as(&format!("x:{}", host.alice), "alice/site.git");
    client.work("work", b"one");
    client.push("work", &url).succeeded();
    for version in ["0", "1", "2"] {
        let trace = trace(client.command("git").env("GIT_TRACE_PACKET", "1"), version, &url, version);
        assert_eq!(trace.contains("< version 2"), version == "2", "{trace}");
        assert_eq!(trace.contains("< version 1"), version == "1", "{trace}");
        assert_eq!(fs::read(client.path(version).join("file")).unwrap(), b"one");
    }
}

fn trace(git: &mut Command, version: &str, url: &str, folder: &str) -> String {
    let version = format!("protocol.version={version}");
    Said::from(git.args(["-c", &version, "clone", url, folder]).output().unwrap()).succeeded().stderr
}

#[test]
fn large_push_is_streamed_in_chunks_and_long_fetch_is_compressed() {
    let host = Host::start();
    let client = host.client("client");
    let url = host.url_as(&format!("x:{}", host.alice), "alice/site.git");
    let mut noise = vec![0; 8 << 20];
    OsEntropy.fill(&mut noise).unwrap();
    client.work("work", &noise);

    let trace = |arguments: &[&str]| {
        let mut git = client.command("git");
        git.env("GIT_TRACE_CURL", "1").env("GIT_TRACE_CURL_NO_DATA", "1").args(arguments);
        Said::from(git.output().unwrap()).succeeded().stderr.to_lowercase()
    };
    let push = trace(&["-C", "work", "push", &url, "HEAD"]);
    assert!(push.contains("send header: transfer-encoding: chunked"), "{push}");

    client.git(&["clone", &url, "clone"]).succeeded();
    assert_eq!(fs::read(client.path("clone/file")).unwrap(), noise);

    // A client with much that the host has not got has much to ask.
    client.git(&["init", "--quiet", "long"]).succeeded();
    import(&client.path("long"), 200, client.command("git"));
    let fetch = trace(&["-C", "long", "fetch", &url, "main"]);
    assert!(fetch.contains("send header: content-encoding: gzip"), "{fetch}");
    client.git(&["-C", "long", "cat-file", "-e", "FETCH_HEAD:file"]).succeeded();
}

/// Makes a branch of empty commits.
fn import(work: &Path, commits: usize, mut git: std::process::Command) {
    let mut stream = String::new();
    for number in 0..commits {
        writeln!(stream, "commit refs/heads/long\ncommitter c <c@localhost> {number} +0000\ndata 1\nx").unwrap();
    }
    let input = work.join(".git/import");
    fs::write(&input, stream).unwrap();
    git.args(["-C", work.to_str().unwrap(), "fast-import", "--quiet"]).stdin(fs::File::open(input).unwrap());
    Said::from(git.output().unwrap()).succeeded();
}

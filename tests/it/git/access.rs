use super::host::Host;

const ADVERTISED: &str = "info/refs?service=git-upload-pack";

#[test]
fn token_that_may_only_read_cannot_push_and_makes_nothing() {
    let host = Host::start();
    let client = host.client("client");
    let reader = host.mint("alice", "repo:read");
    client.work("work", b"one");

    let (reads, writes) = (format!("x:{reader}"), format!("x:{}", host.alice));
    client.push("work", &host.url_as(&reads, "alice/site.git")).failed("returned error: 403");
    assert_eq!(host.repositories(), Vec::<String>::new());

    client.push("work", &host.url_as(&writes, "alice/site.git")).succeeded();
    // git shows its user why.
    let denied = client.push("work", &host.url_as(&reads, "alice/site.git"));
    denied.failed("remote: The access token lacks a scope that is required here.");
    client.git(&["clone", &host.url_as(&reads, "alice/site.git"), "clone"]).succeeded();
    // The guard stands before the body, and also where no discovery went before.
    let push = host.url("alice/site.git/git-receive-pack");
    let (status, body) = client.curl(&["--user", &reads, "--data", "0000", &push]);
    assert_eq!(status, 403);
    assert_eq!(body, "The access token lacks a scope that is required here.\n");
}

#[test]
fn token_that_is_limited_to_a_repository_is_of_no_use_for_another() {
    let host = Host::start();
    let client = host.client("client");
    let site = format!("x:{}", host.mint_limited("alice", "repo:read repo:write", &["repo:alice/site"]));
    let all = format!("x:{}", host.mint_limited("alice", "repo:read", &["repo:alice/*", "team:ops"]));
    let other = format!("x:{}", host.mint_limited("alice", "repo:read repo:write", &["team:ops"]));
    client.work("work", b"one");

    for (spelling, clone) in [("alice/site.git", "first"), ("alice/site", "second")] {
        client.push("work", &host.url_as(&site, spelling)).succeeded();
        client.git(&["clone", &host.url_as(&site, spelling), clone]).succeeded();
    }
    client.push("work", &host.url_as(&site, "alice/sites.git")).failed("returned error: 403");
    let denied = client.push("work", &host.url_as(&site, "alice/blog.git"));
    denied.failed("remote: The access token is limited to some resources, and this is not among them.");
    assert_eq!(host.repositories(), ["alice/site.git"]);
    client.git(&["clone", &host.url_as(&all, "alice/site.git"), "third"]).succeeded();
    client.git(&["ls-remote", &host.url_as(&other, "alice/site.git")]).failed("returned error: 403");
    for service in ["git-upload-pack", "git-receive-pack"] {
        let address = host.url(&format!("alice/blog.git/{service}"));
        assert_eq!(client.curl(&["--user", &site, "--data", "0000", &address]).0, 403, "{service}");
    }
}

#[test]
fn token_that_may_only_write_cannot_fetch() {
    let host = Host::start();
    let client = host.client("client");
    let url = host.url_as(&format!("x:{}", host.mint("alice", "repo:write")), "alice/site.git");
    client.work("work", b"one");
    client.push("work", &url).succeeded();
    client.git(&["ls-remote", &url]).failed("returned error: 403");
}

#[test]
fn others_cannot_tell_whether_a_repository_exists() {
    let host = Host::start();
    let client = host.client("client");
    let bob = format!("x:{}", host.mint("bob", "repo:read repo:write"));
    client.work("work", b"one");
    client.push("work", &host.url_as(&format!("x:{}", host.alice), "alice/site.git")).succeeded();

    client.git(&["clone", &host.url_as(&bob, "alice/site.git"), "clone"]).failed("not found");
    client.push("work", &host.url_as(&bob, "alice/site.git")).failed("not found");
    client.push("work", &host.url_as(&bob, "alice/new.git")).failed("not found");
    assert_eq!(host.repositories(), ["alice/site.git"]);

    let look = |name: &str| client.curl(&["--user", &bob, &host.url(&format!("alice/{name}.git/{ADVERTISED}"))]);
    assert_eq!(look("site"), (404, "There is no such repository.\n".to_owned()));
    assert_eq!(look("site"), look("new"));
    client.push("work", &host.url_as(&bob, "bob/site.git")).succeeded();
}

#[tokio::test]
async fn missing_bad_revoked_and_expired_tokens_are_refused_and_git_does_not_hang() {
    let host = Host::start();
    let client = host.client("client");
    client.work("work", b"one");
    let path = "alice/site.git";
    client.push("work", &host.url_as(&format!("x:{}", host.mint("alice", "repo:write")), path)).succeeded();

    client.git(&["clone", &host.url(path), "clone"]).failed("terminal prompts disabled");
    client.push("work", &host.url(path)).failed("terminal prompts disabled");
    let (unused, expired) = (host.mint("alice", "repo:read repo:write"), host.expired().await);
    host.revoke_all().await;
    for token in ["guess", &"x".repeat(4_000), &unused, &expired] {
        let url = host.url_as(&format!("x:{token}"), path);
        client.git(&["clone", &url, "clone"]).failed("Authentication failed");
        client.push("work", &url).failed("Authentication failed");
    }
}

#[test]
fn only_smart_requests_for_sound_names_are_answered() {
    let host = Host::start();
    let client = host.client("client");
    let user = format!("x:{}", host.alice);
    let ask = |path: &str| client.curl(&["--user", &user, &host.url(path)]).0;
    let new = "info/refs?service=git-receive-pack";
    for name in ["..", ".git", ".", "-rf", "a%2Fb", "a%00b", "a%0Ab", "%2e%2e", "a b", "jéton", "~", &"a".repeat(101)]
    {
        let name = name.replace(' ', "%20");
        assert_eq!(ask(&format!("alice/{name}/{new}")), 404, "{name}");
        assert_eq!(ask(&format!("{name}/site.git/{new}")), 404, "{name}");
    }
    for path in
        ["", "alice/site.git", "alice/site.git/HEAD", "alice/site.git/objects/info/packs", "a/../alice/s.git/HEAD"]
    {
        assert_eq!(ask(path), 404, "{path}");
    }
    for query in ["", "?service=git-upload-archive", "?service=", "?service=git-upload-pack&service=git-receive-pack"] {
        assert_eq!(ask(&format!("alice/site.git/info/refs{query}")), 403, "{query}");
    }
    assert_eq!(ask("alice/site.git/git-receive-pack"), 405);
    assert_eq!(host.repositories(), Vec::<String>::new());

    assert_eq!(ask(&format!("alice/{}/{new}", "a".repeat(100))), 200);
    assert_eq!(ask(&format!("alice/site.git/{new}")), 200);
    assert_eq!(ask(&format!("alice/site/{ADVERTISED}")), 200);
    let wrong = ["--user", &user, "--data", "0000", &host.url("alice/site.git/git-upload-pack")];
    assert_eq!(client.curl(&wrong).0, 415, "git asks for its own media type");
    let (status, head) = client.curl(&["--user", &user, "--head", &host.url(&format!("alice/site/{ADVERTISED}"))]);
    assert_eq!(status, 200);
    assert!(head.contains("content-type: application/x-git-upload-pack-advertisement"), "{head}");
}

#[test]
fn why_git_fails_stays_in_the_log() {
    let host = Host::start();
    let client = host.client("client");
    std::fs::write(host.root().join("alice"), "in the way").unwrap();
    let url = host.url("alice/site.git/info/refs?service=git-receive-pack");
    let answer = client.curl(&["--user", &format!("x:{}", host.alice), &url]);
    assert_eq!(answer, (502, "The repository cannot be served.\n".to_owned()));
    assert!(host.stop().contains("git failed"));
}

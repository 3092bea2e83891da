use std::fs;

use super::host::Host;

const BROKEN: &str = "The repository cannot be served.\n";

#[test]
fn program_is_told_what_it_needs_and_neither_the_token_nor_anything_else() {
    let host = Host::start_with_backend("env >\"$0.env\"; printf 'Content-Type: text/plain\\n\\n'; exec cat");
    let client = host.client("client");
    let user = format!("x:{}", host.alice);
    let mut arguments = vec!["--user", &user];
    for header in [
        "Cookie: id=1",
        "Proxy: elsewhere",
        "X-Forwarded-For: 192.0.2.1",
        "Git-Protocol: version=2",
        "Content-Encoding: gzip",
        "Content-Type: application/x-git-receive-pack-request",
    ] {
        arguments.extend(["--header", header]);
    }
    let begin = host.url("alice/site/info/refs?service=git-receive-pack&x=y");
    assert_eq!(client.curl(&["--user", &user, &begin]).0, 200);
    let url = host.url("alice/site/git-receive-pack?x=y");
    arguments.extend(["--data", "what the client sends", &url]);
    assert_eq!(client.curl(&arguments), (200, "what the client sends".to_owned()));

    let told = fs::read_to_string(host.backend().with_extension("env")).unwrap();
    let mut told: Vec<_> = told.lines().filter(|line| !line.starts_with("PATH=")).collect();
    told.sort_unstable();
    let root = format!("GIT_PROJECT_ROOT={}", host.root().canonicalize().unwrap().display());
    // The shell adds where it is.
    told.retain(|line| !["PWD=", "OLDPWD=", "SHLVL=", "_="].iter().any(|own| line.starts_with(own)));
    assert_eq!(
        told,
        [
            "CONTENT_LENGTH=21",
            "CONTENT_TYPE=application/x-git-receive-pack-request",
            "GIT_CONFIG_NOSYSTEM=1",
            "GIT_HTTP_EXPORT_ALL=1",
            &root,
            "GIT_PROTOCOL=version=2",
            "HTTP_CONTENT_ENCODING=gzip",
            "PATH_INFO=/alice/site.git/git-receive-pack",
            "QUERY_STRING=",
            "REMOTE_USER=alice",
            "REQUEST_METHOD=POST",
        ]
    );
}

#[test]
fn program_that_says_nothing_sensible_is_a_bad_gateway_and_is_not_quoted() {
    for script in [
        "exit 1",
        "echo /srv/secret >&2; exit 1",
        "printf 'Status: 200 OK'",
        "echo /srv/secret; echo",
        "printf 'Status: none\\n\\n'",
        "printf 'Content-Type: a\\001b\\n\\n'",
        "yes 'X-Filler: too much' | head -n 2000; echo; echo body",
        "printf '\\377: bytes\\n\\n'",
    ] {
        let host = Host::start_with_backend(script);
        let answer = answer(&host);
        assert_eq!(answer, (502, BROKEN.to_owned()), "{script}");
        assert!(host.stop().contains("git failed"), "{script}");
    }
}

#[test]
fn of_what_the_program_says_the_status_and_a_few_fields_are_passed_on() {
    let fields = ["Status: 415 As It Likes", "Content-Type: text/x-git", "Set-Cookie: a=b", "Connection: close"];
    let lines = [&fields[..], &["Transfer-Encoding: chunked", "Content-Length: 3", "", "body"]].concat();
    let host = Host::start_with_backend(&format!("printf '%s\\r\\n' '{}'", lines.join("' '")));
    let client = host.client("client");
    let url = host.url("alice/site/info/refs?service=git-receive-pack");
    let user = format!("x:{}", host.alice);
    let (status, said) = client.curl(&["--user", &user, "--include", &url]);
    let said: Vec<_> = said.lines().filter(|line| !line.starts_with("date: ")).collect();
    assert_eq!(status, 415);
    let expected =
        ["HTTP/1.1 415 Unsupported Media Type", "content-type: text/x-git", "transfer-encoding: chunked", "", "body"];
    assert_eq!(said, expected);
}

fn answer(host: &Host) -> (u16, String) {
    let user = format!("x:{}", host.alice);
    host.client("client").curl(&["--user", &user, &host.url("alice/site/info/refs?service=git-receive-pack")])
}

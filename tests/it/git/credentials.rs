use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::client::Said;
use super::host::Host;

const PATH: &str = "alice/site.git";

#[test]
fn git_may_present_the_token_as_password_or_as_user_name() {
    let host = Host::start();
    let client = host.client("client");
    client.work("work", b"one");
    let token = &host.alice;
    for credentials in [
        format!("x:{token}"),
        format!("alice:{token}"),
        format!("x-access-token:{token}"),
        format!("oauth2:{token}"),
        format!("{token}:"),
        format!("{token}:x-oauth-basic"),
    ] {
        let shown = credentials.replace(token.as_str(), "TOKEN");
        let pushed = client.push("work", &host.url_as(&credentials, PATH));
        assert!(pushed.success, "{shown}: {pushed:#?}");
        client.git(&["ls-remote", &host.url_as(&credentials, PATH)]).succeeded();
    }
    // A password that is there is the token.
    client.git(&["ls-remote", &host.url_as(&format!("{token}:guess"), PATH)]).failed("Authentication failed");
}

/// The token stands in no URL and on no command line: the server's challenge makes git ask for it.
#[test]
fn git_asks_its_helpers_when_it_is_challenged() {
    let host = Host::start();
    let client = host.client("client");
    client.work("work", b"one");
    let url = host.url(PATH);

    let askpass = client.path("askpass");
    fs::write(&askpass, "#!/bin/sh\necho \"$TOKEN\"\n").unwrap();
    fs::set_permissions(&askpass, fs::Permissions::from_mode(0o700)).unwrap();
    let kept = format!("credential.helper=store --file={}", client.path("kept").display());
    let mut push = client.command("git");
    push.args(["-C", "work", "-c", &kept, "push", &url, "HEAD"]).env("GIT_ASKPASS", &askpass).env("TOKEN", &host.alice);
    Said::from(push.output().unwrap()).succeeded();
    // What was accepted is kept by the helper, and needs nobody to be asked again.
    client.git(&["-c", &kept, "clone", &url, "kept-clone"]).succeeded();

    let helper = "credential.helper=!f() { echo username=any; echo \"password=$TOKEN\"; }; f";
    let mut clone = client.command("git");
    clone.args(["-c", helper, "clone", &url, "clone"]).env("TOKEN", &host.alice);
    Said::from(clone.output().unwrap()).succeeded();
    let mut refused = client.command("git");
    refused.args(["-c", helper, "ls-remote", &url]).env("TOKEN", "guess");
    Said::from(refused.output().unwrap()).failed("Authentication failed");
}

#[test]
fn git_may_send_a_bearer_token_from_its_environment() {
    let host = Host::start();
    let client = host.client("client");
    client.work("work", b"one");
    let header = format!("Authorization: Bearer {}", host.alice);
    let mut push = client.command("git");
    push.env("GIT_CONFIG_COUNT", "1").env("GIT_CONFIG_KEY_0", "http.extraHeader").env("GIT_CONFIG_VALUE_0", header);
    Said::from(push.args(["-C", "work", "push", &host.url(PATH), "HEAD"]).output().unwrap()).succeeded();
}

#[test]
fn curl_may_use_each_form_where_it_belongs() {
    let host = Host::start();
    let client = host.client("client");
    let token = &host.alice;
    let (git, github, gitlab) = ("alice/s/info/refs?service=git-receive-pack", "user", "api/v4/user");
    let header = |value: String| ["--header".to_owned(), value];
    let user = |value: String| ["--user".to_owned(), value];
    let forms = [
        (header(format!("Authorization: Bearer {token}")), [200, 200, 200]),
        (header(format!("authorization: bEARER {token}")), [200, 200, 200]),
        (header(format!("Authorization: token {token}")), [401, 200, 401]),
        (header(format!("PRIVATE-TOKEN: {token}")), [401, 401, 200]),
        (header(format!("X-Api-Key: {token}")), [401, 401, 401]),
        (user(format!("any:{token}")), [200, 200, 200]),
        (user(format!(":{token}")), [200, 200, 200]),
        (user(format!("{token}:")), [200, 200, 401]),
        (header(format!("Authorization: {token}")), [401, 401, 401]),
    ];
    for ([option, value], statuses) in forms {
        let found = [git, github, gitlab].map(|path| client.curl(&[&option, &value, &host.url(path)]).0);
        assert_eq!(found, statuses, "{}", value.replace(token.as_str(), "TOKEN"));
    }
}

#[test]
fn two_credentials_are_refused_even_when_equal() {
    let host = Host::start();
    let client = host.client("client");
    let bearer = format!("Authorization: Bearer {}", host.alice);
    let private = format!("PRIVATE-TOKEN: {}", host.alice);
    let basic = format!("Authorization: Basic {}", client.base64(&format!("any:{}", host.alice)));
    let refs = host.url("alice/s/info/refs?service=git-receive-pack");
    assert_eq!(client.curl(&["--header", &bearer, "--header", &bearer, &refs]).0, 400);
    assert_eq!(client.curl(&["--header", &bearer, "--header", &basic, &refs]).0, 400);
    assert_eq!(client.curl(&["--header", &bearer, "--header", &private, &host.url("api/v4/user")]).0, 400);
}

/// Only git's part challenges with `Basic`, upon which a browser would show a dialogue.
#[test]
fn git_is_challenged_with_basic_and_the_others_are_not() {
    let host = Host::start();
    let client = host.client("client");
    let challenges = |path: &str| {
        let (status, head) = client.curl(&["--dump-header", "-", "--output", "/dev/null", &host.url(path)]);
        assert_eq!(status, 401, "{path}");
        head.lines().filter_map(|line| Some(line.strip_prefix("www-authenticate: ")?.trim().to_owned())).collect()
    };
    let bearer = r#"Bearer realm="tower-pat git""#;
    let git: Vec<String> = challenges("alice/site.git/info/refs?service=git-upload-pack");
    assert!(git.iter().any(|found| found == bearer), "{git:?}");
    assert!(git.iter().any(|found| found.starts_with(r#"Basic realm="tower-pat git""#)), "{git:?}");
    assert_eq!(challenges("user"), [bearer]);
    assert_eq!(challenges("api/v4/user"), [bearer]);
}

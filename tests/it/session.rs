//! The example that takes a session or a token, as a process, driven by curl.

use std::process::Command;

use tempfile::TempDir;
use tower_pat::TokenFormat;

use crate::example::Example;
use crate::support::leak;

/// An example that runs, and the cookies of a browser.
struct Site {
    server: Example,
    cookies: TempDir,
}

impl Site {
    fn start() -> Self {
        let server = Example::start(&mut Example::command("session_or_token"));
        Self { server, cookies: tempfile::tempdir().unwrap() }
    }

    /// The same, with somebody signed in.
    fn signed_in() -> Self {
        let site = Self::start();
        assert_eq!(site.browse("/login", &["-d", "user=demo"]).status(), 204);
        site
    }

    fn token(&self) -> String {
        format!("Authorization: Bearer {}", self.server.demo_token.as_ref().unwrap())
    }

    fn curl(&self, path: &str, arguments: &[&str]) -> Answer {
        let mut curl = Command::new("curl");
        // No proxy and no settings of whoever runs the tests.
        curl.args(["--disable", "--silent", "--include", "--noproxy", "*"]).args(arguments);
        let output = curl.arg(format!("http://{}{path}", self.server.addr)).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        Answer(String::from_utf8(output.stdout).unwrap())
    }

    /// With the cookies that were kept.
    fn browse(&self, path: &str, arguments: &[&str]) -> Answer {
        let jar = self.cookies.path().join("jar");
        let jar = jar.to_str().unwrap();
        self.curl(path, &[&["-b", jar, "-c", jar], arguments].concat())
    }
}

struct Answer(String);

impl Answer {
    fn status(&self) -> u16 {
        self.0.split(' ').nth(1).unwrap().parse().unwrap()
    }

    fn body(&self) -> &str {
        self.0.split_once("\r\n\r\n").unwrap().1
    }

    fn has_line(&self, start: &str) -> bool {
        self.0.lines().any(|line| line.starts_with(start))
    }
}

#[test]
fn caller_with_neither_is_asked_for_a_token() {
    let site = Site::start();
    for path in ["/me", "/invoices"] {
        let answer = site.curl(path, &[]);
        assert_eq!(answer.status(), 401);
        assert!(answer.has_line("www-authenticate: Bearer realm=\"tower-pat demo\""), "{}", answer.0);
    }
}

#[test]
fn token_alone_may_do_what_its_scopes_allow() {
    let site = Site::start();
    let token = site.token();
    assert_eq!(site.curl("/me", &["-H", &token]).body(), "demo, by a token for invoices:read\n");
    assert_eq!(site.curl("/invoices", &["-H", &token]).status(), 200);
    let denied = site.curl("/invoices", &["-H", &token, "-d", "amount=5"]);
    assert_eq!(denied.status(), 403);
    assert!(denied.0.contains("scope=\"invoices:write\""), "{}", denied.0);
    assert_eq!(site.curl("/invoices", &["-H", &token]).body(), "[]");
}

#[test]
fn session_alone_may_do_all_that_its_user_may() {
    let site = Site::signed_in();
    assert_eq!(site.browse("/me", &[]).body(), "demo, signed in\n");
    assert_eq!(site.browse("/invoices", &["-d", "amount=5"]).status(), 201);
    assert_eq!(site.browse("/invoices", &[]).body(), "[{\"user\":\"demo\",\"amount\":5}]");
}

#[test]
fn token_decides_where_both_are_good() {
    let site = Site::signed_in();
    let token = site.token();
    assert_eq!(site.browse("/me", &["-H", &token]).body(), "demo, by a token for invoices:read\n");
    assert_eq!(site.browse("/invoices", &["-H", &token, "-d", "amount=5"]).status(), 403);
}

#[test]
fn bad_token_is_refused_also_with_a_good_session() {
    let site = Site::signed_in();
    let unknown = leak::token_of(&TokenFormat::new("demo_pat").unwrap());
    let unknown = format!("Authorization: Bearer {}", unknown.expose_secret());
    for (header, status) in [
        (unknown.as_str(), 401),
        ("Authorization: Bearer demo_pat_x", 401),
        ("authorization: bearer x", 401),
        ("Authorization: Bearer", 400),
        ("Authorization: Bearer a b", 400),
    ] {
        assert_eq!(site.browse("/me", &["-H", header]).status(), status, "{header}");
    }
    assert_eq!(site.browse("/me", &["-H", &site.token(), "-H", &site.token()]).status(), 400, "two tokens");
    assert_eq!(site.browse("/me", &[]).status(), 200, "the session is still good");
}

#[test]
fn credentials_of_another_scheme_leave_the_session_to_decide() {
    let site = Site::signed_in();
    assert_eq!(site.browse("/me", &["-u", "alice:secret"]).body(), "demo, signed in\n");
    assert_eq!(site.curl("/me", &["-u", "alice:secret"]).status(), 401);
}

#[test]
fn bad_session_does_not_spoil_a_good_token() {
    let site = Site::start();
    assert_eq!(site.curl("/me", &["-H", "Cookie: id=forged", "-H", &site.token()]).status(), 200);
    assert_eq!(site.curl("/me", &["-H", "Cookie: id=forged"]).status(), 401);
}

#[test]
fn session_is_over_after_logging_out() {
    let site = Site::signed_in();
    assert_eq!(site.browse("/logout", &["-X", "POST"]).status(), 204);
    assert_eq!(site.browse("/me", &[]).status(), 401);
}

#[test]
fn cookie_is_kept_from_scripts_and_other_sites() {
    let site = Site::start();
    let answer = site.curl("/login", &["-d", "user=demo"]);
    let cookie = answer.0.lines().find(|line| line.starts_with("set-cookie: id=")).unwrap();
    assert!(cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Strict"), "{cookie}");
}

/// A browser attaches a cookie by itself, a token it does not have.
#[test]
fn another_site_cannot_use_a_session() {
    let site = Site::signed_in();
    for foreign in
        ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site", "Origin: https://evil.example", "Origin: null"]
    {
        for (path, data) in [("/invoices", "amount=5"), ("/login", "user=mallory"), ("/logout", "")] {
            assert_eq!(site.browse(path, &["-H", foreign, "-d", data]).status(), 403, "{foreign} {path}");
        }
        let denied = site.browse("/invoices", &["-H", foreign, "-H", &site.token(), "-d", "amount=5"]);
        assert!(denied.0.contains("insufficient_scope"), "a token is asked for no origin: {}", denied.0);
    }
    assert_eq!(site.browse("/me", &[]).body(), "demo, signed in\n");
    assert_eq!(site.browse("/invoices", &["-H", "Sec-Fetch-Site: same-origin", "-d", "amount=5"]).status(), 201);
    assert_eq!(
        site.browse("/invoices", &["-H", &format!("Origin: http://{}", site.server.addr), "-d", "amount=5"]).status(),
        201
    );
}

//! Where the token stands.

use super::host::Host;
use super::wire::{Answer, Row, basic, get, hold, request};

const MISSING: &str = r#"Bearer realm="api""#;
const INVALID: &str =
    r#"Bearer realm="api", error="invalid_token", error_description="The access token is not valid.""#;
const SEVERAL: &str =
    r#"Bearer realm="api", error="invalid_request", error_description="The request carries more than one credential.""#;
const MALFORMED: &str = r#"Bearer realm="api", error="invalid_request", error_description="The Authorization header is not a scheme followed by one token.""#;
const MALFORMED_BASIC: &str = r#"Bearer realm="api", error="invalid_request", error_description="The Basic credentials are not the base64 form of a user name, a colon and a password.""#;
const MALFORMED_HEADER: &str = r#"Bearer realm="api", error="invalid_request", error_description="The header that carries the access token is not one word.""#;
const MALFORMED_QUERY: &str = r#"Bearer realm="api", error="invalid_request", error_description="The query parameter that carries the access token is not one word.""#;
const BASIC: &str = r#"Basic realm="api", charset="UTF-8""#;

fn missing(request: impl Into<Vec<u8>>) -> Row {
    Row::new(request, 401, &[MISSING], "missing-token")
}

fn invalid(request: impl Into<Vec<u8>>) -> Row {
    Row::new(request, 401, &[INVALID], "invalid-token")
}

fn malformed(request: impl Into<Vec<u8>>, challenge: &str) -> Row {
    Row::new(request, 400, &[challenge], "invalid-request")
}

fn several(request: impl Into<Vec<u8>>) -> Row {
    malformed(request, SEVERAL)
}

#[tokio::test]
async fn bearer() {
    let host = Host::new().await;
    let token = host.mint(|record| record);
    let t = token.expose_secret();
    let with = |value: &str| get("/bearer/me", &[&format!("Authorization:{value}")]);
    let twice = format!("Authorization: Bearer {t}");
    let mut bytes = get("/bearer/me", &["Authorization: Bearer \u{0}"]);
    let zero = bytes.iter().position(|&byte| byte == 0).unwrap();
    bytes[zero] = 0xff;
    let rows = vec![
        Row::passes(with(&format!(" Bearer {t}"))),
        Row::passes(with(&format!("bearer {t}"))),
        Row::passes(with(&format!(" BEARER    {t}"))),
        Row::passes(with(&format!("\t Bearer {t} \t"))),
        Row::passes(get("/bearer/me", &[&format!("aUTHORIZATION: Bearer {t}")])),
        Row::passes(request("POST", "/bearer/me", &["Content-Length: 0", &twice])),
        Row::passes(get("http://api.acme.example/bearer/me", &[&twice])),
        Row::passes(get("/bearer/me", &[&twice, &format!("PRIVATE-TOKEN: {t}")])),
        Row::passes(get(&format!("/bearer/me?access_token={t}"), &[&twice])),
        missing(get("/bearer/me", &[])),
        missing(with("")),
        missing(with(" ")),
        malformed(with(" :"), MALFORMED),
        malformed(with(" \"Bearer\" x"), MALFORMED),
        malformed(with(" x, y"), MALFORMED),
        missing(with(" Negotiate")),
        missing(with(" Digest username=\"alice\", realm=\"api\"")),
        malformed(with(&format!(" Bearer:{t}")), MALFORMED),
        malformed(with(&format!(" Bearer={t}")), MALFORMED),
        missing(with(&format!(" token {t}"))),
        missing(with(t)),
        missing(get("/bearer/me", &[&basic(&format!("alice:{t}"))])),
        missing(get("/bearer/me", &[&format!("PRIVATE-TOKEN: {t}")])),
        missing(get(&format!("/bearer/me?access_token={t}"), &[])),
        malformed(with(" Bearer"), MALFORMED),
        malformed(with(" Bearer "), MALFORMED),
        malformed(with(&format!(" Bearer\t{t}")), MALFORMED),
        malformed(with(&format!(" Bearer {t} {t}")), MALFORMED),
        malformed(with(&format!(" Bearer {t}, Bearer {t}")), MALFORMED),
        malformed(with(&format!(" Bearer realm=\"api\", token={t}")), MALFORMED),
        several(get("/bearer/me", &[&twice, &twice])),
        several(get("/bearer/me", &[&basic("alice:x"), &twice])),
        several(get("/bearer/me", &[&twice, &basic("alice:x")])),
        several(get("/bearer/me", &[&twice, "Authorization: Negotiate"])),
        several(get("/bearer/me", &["Authorization:", &twice])),
        invalid(with(" Bearer x")),
        invalid(with(&format!(" Bearer {}", &t[1..]))),
        invalid(with(&format!(" Bearer {t}="))),
        invalid(with(&format!(" Bearer \"{t}\""))),
        invalid(with(&format!(" Bearer {}", t.to_uppercase()))),
        invalid(with(&format!(" Bearer {}", "x".repeat(60_000)))),
        invalid(bytes),
    ];
    hold(&host, rows).await;
}

#[tokio::test]
async fn basic_and_the_scheme_token() {
    let host = Host::new().await;
    let token = host.mint(|record| record);
    let t = token.expose_secret();
    let with = |path: &str, credentials: &str| get(path, &[&basic(credentials)]);
    let unpadded = basic(&format!("alice2:{t}")).trim_end_matches('=').to_owned();
    let scheme = |value: &str| get("/github/me", &[&format!("Authorization: {value}")]);
    let rows = vec![
        Row::passes(with("/git/me", &format!("alice:{t}"))),
        Row::passes(with("/git/me", &format!(":{t}"))),
        Row::passes(with("/git/me", &format!("{t}:"))),
        Row::passes(with("/git/me", &format!("{t}:x-oauth-basic"))),
        Row::passes(with("/git/me", &format!("{t}:{t}"))),
        Row::passes(with("/git/me", &format!("ålice:{t}"))),
        Row::passes(with("/azure/me", &format!(":{t}"))),
        Row::passes(with("/gitlab/me", &format!("oauth2:{t}"))),
        Row::passes(with("/password/me", &format!("__token__:{t}"))),
        Row::passes(with("/username/me", &format!("{t}:"))),
        Row::passes(get("/git/me", &[&unpadded])),
        Row::passes(get("/git/me", &[&basic(&format!("alice:{t}")).replace("Basic", "bASIC  ")])),
        Row::passes(get("/git/me", &[&format!("Authorization: Bearer {t}")])),
        Row::passes(scheme(&format!("token {t}"))),
        Row::passes(scheme(&format!("Token   {t}"))),
        Row::passes(scheme(&format!("Bearer {t}"))),
        malformed(scheme("token"), MALFORMED),
        malformed(scheme(&format!("token token={t} x")), MALFORMED),
        invalid(scheme(&format!("token token={t}"))),
        Row::new(get("/git/me", &[]), 401, &[MISSING, BASIC], "missing-token"),
        Row::new(with("/git/me", "alice:hunter2"), 401, &[INVALID, BASIC], "invalid-token"),
        Row::new(with("/git/me", ":"), 401, &[INVALID, BASIC], "invalid-token"),
        invalid(with("/username/me", &format!("alice:{t}"))),
        invalid(with("/password/me", &format!("{t}:"))),
        invalid(with("/azure/me", &format!("{t}:x-oauth-basic"))),
        missing(get("/password/me", &[&format!("Authorization: Bearer {t}")])),
        malformed(get("/git/me", &["Authorization: Basic"]), MALFORMED),
        malformed(get("/git/me", &["Authorization: Basic YTpi YTpi"]), MALFORMED),
        malformed(get("/git/me", &[&format!("Authorization: Basic alice:{t}")]), MALFORMED_BASIC),
        malformed(get("/git/me", &["Authorization: Basic YWxpY2U"]), MALFORMED_BASIC),
        malformed(get("/git/me", &["Authorization: Basic YTpiYg="]), MALFORMED_BASIC),
        malformed(get("/git/me", &["Authorization: Basic YTpi=YTpi"]), MALFORMED_BASIC),
        malformed(with("/git/me", &format!("alice\n:{t}")), MALFORMED_BASIC),
        malformed(with("/git/me", &format!("alice:{t}\0")), MALFORMED_BASIC),
        several(get("/git/me", &[&basic(&format!("alice:{t}")), &format!("Authorization: Bearer {t}")])),
    ];
    hold(&host, rows).await;
}

#[tokio::test]
async fn headers_of_their_own_and_raw_values() {
    let host = Host::new().await;
    let token = host.mint(|record| record);
    let t = token.expose_secret();
    let private = format!("PRIVATE-TOKEN: {t}");
    let bearer = format!("Authorization: Bearer {t}");
    let rows = vec![
        Row::passes(get("/gitlab/me", &[&private])),
        Row::passes(get("/gitlab/me", &[&format!("private-token:\t{t}  ")])),
        Row::passes(get("/gitlab/me", &[&private, "Authorization: Negotiate abc"])),
        Row::passes(get("/figma/me", &[&format!("X-Figma-Token: {t}")])),
        Row::passes(get("/figma/me", &[&format!("X-Figma-Token: {t}"), &bearer])),
        Row::passes(get("/raw/me", &[&format!("Authorization: {t}")])),
        missing(get("/raw/me", &[&bearer])),
        missing(get("/raw/me", &["Authorization:"])),
        missing(get("/figma/me", &["Authorization: key=AAAA"])),
        malformed(get("/raw/me", &[&format!("Authorization: {t}, {t}")]), MALFORMED),
        missing(get("/figma/me", &[&private])),
        invalid(get("/raw/me", &["Authorization: Bearer"])),
        invalid(get("/gitlab/me", &["PRIVATE-TOKEN: x"])),
        malformed(get("/gitlab/me", &["PRIVATE-TOKEN:"]), MALFORMED_HEADER),
        malformed(get("/gitlab/me", &[&format!("PRIVATE-TOKEN: Bearer {t}")]), MALFORMED_HEADER),
        several(get("/gitlab/me", &[&private, &private])),
        several(get("/gitlab/me", &[&private, &bearer])),
        several(get("/gitlab/me", &[&private, &basic(&format!("alice:{t}"))])),
        several(get("/raw/me", &[&format!("Authorization: {t}"), &format!("Authorization: {t}")])),
    ];
    hold(&host, rows).await;
}

#[tokio::test]
async fn query() {
    let host = Host::new().await;
    let token = host.mint(|record| record);
    let t = token.expose_secret();
    let with = |query: &str| get(&format!("/query/me?{query}"), &[]);
    let seen = |query: &str| get(&format!("/query/seen?{query}"), &[]);
    let bearer = format!("Authorization: Bearer {t}");
    let rows = vec![
        Row::passes(with(&format!("access_token={t}"))),
        Row::passes(with(&format!("a=1&%61ccess_token={t}&b"))),
        Row::passes(get("/query/me", &[&bearer])),
        Row::new(seen(&format!("a=%20&access_token={t}&&b=+")), 200, &[], "/seen?a=%20&&b=+ without header"),
        Row::new(seen(&format!("access_token={t}")), 200, &[], "/seen without header"),
        missing(with("")),
        missing(with(&format!("Access_Token={t}"))),
        missing(with(&format!("access_token[]={t}"))),
        invalid(with("access_token=x")),
        malformed(with("access_token"), MALFORMED_QUERY),
        malformed(with("access_token="), MALFORMED_QUERY),
        malformed(with(&format!("access_token={t}+{t}")), MALFORMED_QUERY),
        several(with(&format!("access_token={t}&access_token={t}"))),
        several(with(&format!("access_token={t}&access%5Ftoken"))),
        several(get(&format!("/query/me?access_token={t}"), &[&bearer])),
    ];
    hold(&host, rows).await;
}

/// A cache knows that a request with `Authorization` is somebody's; of any other place for a token it must be told.
#[tokio::test]
async fn response_to_a_token_beside_authorization_is_private() {
    let host = Host::new().await;
    let token = host.mint(|record| record);
    let t = token.expose_secret();
    let bearer = format!("Authorization: Bearer {t}");
    for (request, expected) in [
        (get(&format!("/query/me?access_token={t}"), &[]), Some("private")),
        (get("/gitlab/me", &[&format!("PRIVATE-TOKEN: {t}")]), Some("private")),
        (get(&format!("/query/own?access_token={t}"), &[]), Some("max-age=5")),
        (get("/bearer/me", &[&bearer]), None),
        (get("/anonymous/me", &[]), None),
    ] {
        assert_eq!(Answer::to(&host, &request).await.one("cache-control").as_deref(), expected);
    }
}

#[tokio::test]
async fn token_is_removed_where_that_is_asked_for() {
    let host = Host::new().await;
    let token = host.mint(|record| record);
    let bearer = format!("Authorization: Bearer {}", token.expose_secret());
    let rows = vec![
        Row::new(get("/removing/seen?a", &[&bearer]), 200, &[], "/seen?a without header"),
        Row::new(get("/bearer/seen", &[&bearer]), 200, &[], "/seen with header"),
        Row::new(get("/anonymous/seen", &["Authorization: Negotiate x"]), 200, &[], "/seen with header"),
        Row::new(get("/anonymous/me", &[]), 200, &[], "nobody"),
        Row::passes(get("/anonymous/me", &[&bearer])),
        invalid(get("/anonymous/me", &["Authorization: Bearer x"])),
        malformed(get("/anonymous/me", &["Authorization: Bearer"]), MALFORMED),
        malformed(get("/anonymous/me", &[&bearer.replace("Bearer ", "Bearer:")]), MALFORMED),
        Row::new(get("/anonymous/me", &["Authorization:"]), 200, &[], "nobody"),
    ];
    hold(&host, rows).await;
}

//! What the page lets nobody do to those who use it.

use axum::body::Body;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};
use tower_pat::policy::Policy;
use tower_pat::store::PatQuery;
use tower_pat::testing::ManualClock;

use super::host::Host;
use super::site::{ROOT, Seen, Site};
use crate::support::{noon, owner};

async fn site() -> (Host, Site) {
    let host = Host::new(Policy::default(), ManualClock::new(noon())).await;
    let site = Site::of(&host.app(host.page()), "alice");
    (host, site)
}

fn assert_guarded(seen: &Seen) {
    let header = |name: &str| seen.headers[name].to_str().unwrap();
    let policy = header("content-security-policy");
    assert!(policy.starts_with("default-src 'none';") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains("http") && !policy.contains('*'), "{policy}");
    assert_eq!(header("referrer-policy"), "same-origin");
    assert_eq!(header("x-content-type-options"), "nosniff");
}

#[tokio::test]
async fn every_answer_says_what_may_not_be_done_with_it() {
    let (_host, site) = site().await;
    let (id, _) = site.make(&[("name", "build")]).await;
    let pages = ["", "/new", "/nothing", "/nothing/at/all", "/assets/none", "?show=all&owner=bob"];
    let of_token = ["", "/edit", "/rotate", "/revoke", "/pause"].map(|end| format!("/{id}{end}"));
    for path in pages.into_iter().map(str::to_owned).chain(of_token) {
        let seen = site.get(&format!("{ROOT}{path}")).await;
        assert_guarded(&seen);
        assert_eq!(seen.headers[CACHE_CONTROL], "no-store", "{path}");
    }
    let shown = site.post(&format!("{ROOT}/new"), &[]).await;
    assert_guarded(&shown);
    assert_eq!(shown.headers[CACHE_CONTROL], "no-store");
}

#[tokio::test]
async fn assets_are_named_by_what_is_in_them_and_kept_for_ever() {
    let (_host, site) = site().await;
    let page = site.get(ROOT).await;
    let mut paths = page.attributes("link", "href");
    paths.extend(page.attributes("script", "src"));
    assert_eq!(paths.len(), 3);
    for path in paths {
        let asset = site.get(&path).await;
        assert_eq!(asset.status, StatusCode::OK, "{path}");
        assert_guarded(&asset);
        assert!(asset.headers[CACHE_CONTROL].to_str().unwrap().contains("immutable"));
        assert!(!asset.headers[CONTENT_TYPE].to_str().unwrap().starts_with("text/html"));
        let body = asset.body.replace("http://www.w3.org/2000/svg", "");
        assert!(!body.contains("http"), "{path} names another host");
    }
}

/// Nothing in a page would need a policy that is less strict.
#[tokio::test]
async fn pages_have_no_code_and_no_style_of_their_own() {
    let (_host, site) = site().await;
    let (id, _) = site.make(&[("name", "build")]).await;
    for path in
        ["", "/new", &format!("/{id}"), &format!("/{id}/edit"), &format!("/{id}/rotate"), &format!("/{id}/revoke")]
    {
        let seen = site.get(&format!("{ROOT}{path}")).await;
        assert_eq!(seen.texts("style").len(), 0);
        assert_eq!(seen.texts("script:not([src])").len(), 0);
        assert_eq!(seen.attributes("[style]", "style").len(), 0);
        let html = seen.html();
        let handlers = html.tree.values().filter_map(|node| node.as_element()).flat_map(|element| element.attrs());
        assert!(handlers.into_iter().all(|(name, _)| !name.starts_with("on")), "{path}");
    }
}

/// What a browser says of where a request comes from.
type Way<'a> = &'a dyn Fn(&mut HeaderMap);

#[tokio::test]
async fn what_another_site_sends_is_refused() {
    let (host, site) = site().await;
    let (id, _) = site.make(&[("name", "build")]).await;
    let same = |headers: &mut HeaderMap| drop(headers.insert("sec-fetch-site", "same-origin".parse().unwrap()));
    let cross = |headers: &mut HeaderMap| drop(headers.insert("sec-fetch-site", "cross-site".parse().unwrap()));
    let beside = |headers: &mut HeaderMap| drop(headers.insert("sec-fetch-site", "same-site".parse().unwrap()));
    let origin = |headers: &mut HeaderMap| drop(headers.insert("origin", "https://evil.example".parse().unwrap()));
    let null = |headers: &mut HeaderMap| drop(headers.insert("origin", "null".parse().unwrap()));
    let own = |headers: &mut HeaderMap| drop(headers.insert("origin", "https://tokens.example".parse().unwrap()));
    let ways: [(Way<'_>, bool); 6] =
        [(&cross, false), (&beside, false), (&origin, false), (&null, false), (&own, true), (&same, true)];
    for path in [
        "/new",
        &format!("/{id}/edit"),
        &format!("/{id}/pause"),
        &format!("/{id}/resume"),
        &format!("/{id}/rotate"),
        &format!("/{id}/revoke"),
    ] {
        for (number, (way, passes)) in ways.iter().enumerate().filter(|(_, (_, passes))| !passes || path == "/new") {
            let request = site.request(&format!("{ROOT}{path}")).method("POST");
            let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
            let mut request = request.body(Body::from("name=stolen&expiry=30&key=k")).unwrap();
            way(request.headers_mut());
            let seen = site.ask(request).await;
            assert_eq!(seen.status == StatusCode::FORBIDDEN, !passes, "{path}, way {number}");
            assert_guarded(&seen);
        }
    }
    let names = host.manager.list(&owner("alice"), &PatQuery::default()).await.unwrap();
    let mut names: Vec<_> = names.records().map(|record| record.name().unwrap().to_string()).collect();
    names.sort();
    assert_eq!(names, ["build", "stolen"], "the page's own form was sent, once");
    assert_eq!(site.get(&format!("{ROOT}/{id}")).await.texts(".badge"), ["Active"]);
}

#[tokio::test]
async fn what_people_write_is_text_and_keeps_its_direction_to_itself() {
    let (_host, site) = site().await;
    let hostile = "\u{202e}</title><script>alert(1)</script>\"'><img src=x onerror=alert(1)>&amp;{{7*7}}";
    let (id, _) = site.make(&[("name", hostile), ("description", hostile)]).await;
    let reason = "<b>\u{202e}gone</b>";
    for path in [
        "",
        &format!("/{id}"),
        &format!("/{id}/edit"),
        &format!("/{id}/rotate"),
        &format!("/{id}/revoke"),
        "?name=%22%3E%3Cscript%3E",
    ] {
        let seen = site.get(&format!("{ROOT}{path}")).await;
        assert_eq!(seen.texts("script").len(), 1, "{path}");
        assert_eq!(seen.texts("main img, main b").iter().filter(|text| text.contains("gone")).count(), 0);
        assert_eq!(seen.attributes("img", "src").len(), 0, "{path}");
    }
    let shown = site.get(&format!("{ROOT}/{id}")).await;
    assert_eq!(shown.text("h1 > bdi"), hostile);
    assert_eq!(shown.text(".description > bdi"), hostile);
    assert!(shown.text("title").starts_with(hostile), "the whole of it is in the title, as text");
    site.post(&format!("{ROOT}/{id}/revoke"), &[("reason", reason)]).await;
    let history = site.get(&format!("{ROOT}/{id}")).await;
    assert!(history.texts(".changes bdi").contains(&reason.to_owned()));
}

#[tokio::test]
async fn form_that_is_none_or_too_large_is_refused() {
    let (_host, site) = site().await;
    let request = |kind: &str, body: String| {
        let request = site.request(&format!("{ROOT}/new")).method("POST").header(CONTENT_TYPE, kind);
        request.body(Body::from(body)).unwrap()
    };
    let form = "application/x-www-form-urlencoded";
    assert_eq!(site.ask(request("text/plain", "name=x".to_owned())).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(site.ask(request(form, "x".repeat(100_000))).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    let all_boxes = "scopes=a&".repeat(6_000);
    assert_eq!(site.ask(request(form, all_boxes)).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(site.ask(request(form, "%ff%00=%ff".to_owned())).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

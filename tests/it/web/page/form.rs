//! What people fill in.

use std::time::Duration;

use http::StatusCode;
use tower_pat::manager::Edit;
use tower_pat::policy::Policy;
use tower_pat::record::TokenName;
use tower_pat::testing::ManualClock;

use super::host::{Host, Repositories};
use super::site::{ROOT, Site};
use crate::support::{noon, owner};

async fn host(policy: Policy) -> Host {
    Host::new(policy, ManualClock::new(noon())).await
}

async fn site(policy: Policy) -> (Host, Site) {
    let host = host(policy).await;
    let site = Site::of(&host.app(host.page().with_resources(Repositories)), "alice");
    (host, site)
}

#[tokio::test]
async fn token_is_what_was_filled_in() {
    let (host, site) = site(Policy::default()).await;
    let fields = [
        ("name", " nightly build "),
        ("description", "for the build\r\nat night"),
        ("expiry", "date"),
        ("expires_on", "2030-02-03"),
        ("scopes", "repo:write"),
        ("scopes", "profile:read"),
        ("limit", "some"),
        ("resources", "repo:acme/site"),
        ("other_resources", "repo:other/*\r\n\r\n"),
        ("networks", "192.0.2.7, 2001:db8::/32"),
    ];
    // The first of two fields of one name counts.
    let key = site.get(&format!("{ROOT}/new")).await.value("key");
    let made = site.post(&format!("{ROOT}/new"), &[&[("key", &*key)], &fields[..]].concat()).await;
    let id = made.attributes("[data-place]", "data-place").remove(0).rsplit_once('/').unwrap().1.to_owned();
    let stored = host.manager.get(&owner("alice"), id.parse().unwrap()).await.unwrap();
    let record = stored.record();
    assert_eq!(record.name().unwrap().as_str(), "nightly build");
    assert_eq!(stored.details().description().unwrap().as_str(), "for the build\nat night");
    assert_eq!(record.expires_at(), Some("2030-02-04T00:00:00Z".parse().unwrap()), "to the end of the date");
    assert_eq!(record.scopes().to_string(), "profile:read repo:write");
    assert_eq!(record.resources().unwrap().to_string(), "repo:acme/site\nrepo:other/*");
    assert_eq!(record.networks().unwrap().len(), 2);
    let shown = site.get(&format!("{ROOT}/{id}")).await;
    assert_eq!(
        shown.texts(".details .scopes code"),
        ["profile:read", "repo:write", "repo:acme/site", "repo:other/*", "192.0.2.7/32", "2001:db8::/32"]
    );
}

#[tokio::test]
async fn what_is_wrong_is_said_beside_its_field_and_nothing_written_is_lost() {
    let policy = Policy::default()
        .with_max_lifetime(Duration::from_hours(24 * 60))
        .with_unique_names(true)
        .with_name_chars(|char| char != '!')
        .with_grants(|_, scope| scope.as_ref() != "console");
    let (_host, site) = site(policy).await;
    site.make(&[("name", "taken")]).await;
    let long = "x".repeat(501);
    for (field, sent) in [
        ("name", ("name", "")),
        ("name", ("name", &*long)),
        ("name", ("name", "a\u{7}b")),
        ("name", ("name", "no!")),
        ("name", ("name", "Taken")),
        ("description", ("description", &*long)),
        ("expiry", ("expiry", "")),
        ("expiry", ("expiry", "90")),
        ("expiry", ("expiry", "8")),
        ("expiry", ("expiry", "never")),
        ("expiry", ("expiry", "keep")),
        ("expiry", ("expires_on", "2029-12-31")),
        ("expiry", ("expires_on", "2030-02-31")),
        ("expiry", ("expires_on", "2031-01-01")),
        ("scopes", ("scopes", "root")),
        ("scopes", ("scopes", "two words")),
        ("scopes", ("scopes", "console")),
        ("resources", ("other_resources", "")),
        ("resources", ("other_resources", "everything")),
        ("networks", ("networks", "192.0.2.0/33")),
        ("networks", ("networks", "home")),
    ] {
        let with = match sent.0 {
            "expires_on" => ("expiry", "date"),
            "other_resources" => ("limit", "some"),
            _ => sent,
        };
        let fine = [("name", "fine"), ("expiry", "30"), ("description", "kept"), ("scopes", "repo:read")];
        // Of several fields of one name the first counts; of boxes, all.
        let fields = [&[("key", "k"), with, sent], &fine[..]].concat();
        let seen = site.post(&format!("{ROOT}/new"), &fields).await;
        assert!(seen.status.is_client_error(), "{sent:?}: {}", seen.status);
        assert_eq!(seen.attributes(".faults a", "href"), [format!("#{field}")], "{sent:?}");
        assert_eq!(seen.texts(&format!("#{field}-fault")).len(), 1, "{sent:?}");
        assert_eq!(seen.attributes(".faults", "autofocus").len(), 1, "who reads with the ears is told first");
        assert!(seen.text("title").starts_with("Error"), "{sent:?}");
        let target = seen.texts(&format!("#{field}"));
        assert_eq!(target.len(), 1, "the summary leads somewhere");
        if field != "name" {
            assert_eq!(seen.value("name"), "fine");
        }
        if field != "description" {
            assert_eq!(seen.text("#description"), "kept");
        }
        assert!(seen.ticked("scopes").contains(&"repo:read".to_owned()), "{sent:?}");
        assert_eq!(seen.value("key"), "k", "it is the same form still");
    }
    assert_eq!(site.get(ROOT).await.texts(".token").len(), 1);
}

#[tokio::test]
async fn what_cannot_be_had_is_not_offered() {
    let policy = Policy::default()
        .with_max_lifetime(Duration::from_hours(24 * 30))
        .with_read_only("repo:read".parse().unwrap(), Duration::from_hours(24 * 90))
        .with_default_lifetime(Duration::from_hours(24 * 7))
        .with_grants(|owner, scope| scope.as_ref() != "console" || owner.as_str() == "root");
    let (_host, site) = site(policy).await;
    let seen = site.get(&format!("{ROOT}/new")).await;
    assert_eq!(seen.attributes("input[name=expiry]", "value"), ["7", "30", "60", "90", "date"]);
    assert_eq!(seen.ticked("expiry"), ["7"]);
    let tiles = seen.texts(".tile small");
    assert!(!tiles[1].contains("not with all") && tiles[2].contains("not with all permissions"), "{tiles:?}");
    let offered = seen.attributes("input[name=scopes]", "value");
    assert_eq!(
        offered,
        ["profile:read", "invoices:read", "invoices:write", "invoices:send", "repo:read", "repo:write"]
    );
    assert_eq!(seen.texts(".group-name"), ["profile", "invoices", "repo"]);
    let choices: Vec<_> = seen.texts(".check").iter().map(|text| text.replace(' ', "")).collect();
    let sending = "invoices:sendSendinvoicestocustomers,andcancelthem.Alsoallowsinvoices:read,invoices:write";
    assert!(choices.iter().any(|choice| choice == sending), "{choices:?}");
}

#[tokio::test]
async fn link_fills_in_the_form_with_what_there_is_and_says_so() {
    let (_host, site) = site(Policy::default()).await;
    let seen = site
        .get(&format!("{ROOT}/new?name=CI%20%3Cbot%3E&scopes=repo:read+invoices:read,root&key=mine&limit=some"))
        .await;
    assert_eq!(seen.value("name"), "CI <bot>");
    assert_eq!(seen.ticked("scopes"), ["invoices:read", "repo:read"]);
    assert_ne!(seen.value("key"), "mine", "by what a form is recognised no link says");
    assert_eq!(seen.ticked("limit"), ["all"]);
    assert!(seen.text(".note-warn").contains("link has filled in"));
    assert!(site.get(&format!("{ROOT}/new")).await.texts(".note-warn").is_empty());
}

#[tokio::test]
async fn resources_are_looked_for_without_making_anything() {
    let (host, site) = site(Policy::default()).await;
    let search = [
        ("action", "search"),
        ("resource_search", "shop"),
        ("name", "kept"),
        ("resources", "repo:acme/site"),
        ("key", "k"),
        ("expiry", "30"),
    ];
    let seen = site.post(&format!("{ROOT}/new"), &search).await;
    assert_eq!(seen.status, StatusCode::OK);
    assert_eq!(
        seen.attributes("input[name=resources]", "value"),
        ["repo:acme/site", "repo:acme/shop"],
        "with those picked before"
    );
    assert_eq!(seen.ticked("resources"), ["repo:acme/site"]);
    assert_eq!(seen.value("name"), "kept");
    assert!(site.get(ROOT).await.texts(".token").is_empty());
    // Where they cannot be looked up the form is there all the same.
    let eve = Site::of(&host.app(host.page().with_resources(Repositories)), "eve");
    let seen = eve.get(&format!("{ROOT}/new")).await;
    assert!(seen.text(".faults").contains("cannot be looked up"), "{}", seen.body);
    assert_eq!(seen.texts("#other-resources").len(), 1);
}

#[tokio::test]
async fn edit_of_what_was_changed_meanwhile_is_asked_about_and_keeps_what_was_written() {
    let (host, site) = site(Policy::default()).await;
    let (id, _) = site.make(&[("name", "build"), ("scopes", "repo:read"), ("networks", "192.0.2.0/24")]).await;
    let path = format!("{ROOT}/{id}/edit");
    let form = site.get(&path).await;
    assert_eq!((form.value("version"), form.ticked("expiry")), ("1".to_owned(), vec!["keep".to_owned()]));
    assert_eq!(form.text("#networks"), "192.0.2.0/24");
    let other = Edit::default().with_name(TokenName::parse("other").unwrap());
    host.manager.edit(&owner("alice"), id.parse().unwrap(), other).await.unwrap();
    let mine = |version: &str| {
        let fields = [("name", "mine"), ("expiry", "keep"), ("scopes", "repo:write"), ("version", version)];
        fields.map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let send = async |version: &str| {
        let fields = mine(version);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        site.post(&path, &fields).await
    };
    for stale in ["1", "", "x"] {
        let seen = send(stale).await;
        assert_eq!(seen.status, StatusCode::CONFLICT, "{stale}");
        assert!(seen.text(".faults").contains("changed meanwhile"));
        assert_eq!((seen.value("name"), seen.ticked("scopes")), ("mine".to_owned(), vec!["repo:write".to_owned()]));
        assert_eq!(seen.value("version"), "2", "now they have been told");
    }
    let done = send("2").await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    let shown = site.get(done.location()).await;
    assert_eq!((shown.text("h1"), shown.text(".note-done")), ("mine".to_owned(), "The changes are saved.".to_owned()));
    let changes = shown.texts(".history > li:first-child .changes li");
    assert_eq!(changes.len(), 3, "{changes:?}");
    assert!(changes.iter().any(|change| change.starts_with("Name: other")), "{changes:?}");
}

#[tokio::test]
async fn scope_that_is_no_longer_given_stays_while_its_box_is_ticked() {
    let host = host(Policy::default()).await;
    let site = Site::of(&host.app(host.page()), "alice");
    let (id, _) = site.make(&[("name", "build"), ("scopes", "console"), ("scopes", "repo:read")]).await;
    let strict = Policy::default().with_grants(|_, scope| scope.as_ref() != "console");
    let page = tower_pat::web::page::<super::host::User>(host.manager.clone().with_policy(strict));
    let site = Site::of(&host.app(page), "alice");
    let form = site.get(&format!("{ROOT}/{id}/edit")).await;
    assert_eq!(form.ticked("scopes"), ["repo:read", "console"]);
    let send = |scopes: &'static [(&str, &str)], version: &'static str| {
        let fields = [&[("name", "build"), ("expiry", "keep"), ("version", version)], scopes].concat();
        let (site, path) = (&site, format!("{ROOT}/{id}/edit"));
        async move { site.post(&path, &fields).await.status }
    };
    assert_eq!(send(&[("scopes", "console")], "1").await, StatusCode::SEE_OTHER);
    assert_eq!(send(&[], "2").await, StatusCode::SEE_OTHER);
    assert_eq!(send(&[("scopes", "console")], "3").await, StatusCode::UNPROCESSABLE_ENTITY, "it does not come back");
}

#[tokio::test]
async fn who_signed_in_long_ago_is_sent_to_sign_in_and_loses_nothing() {
    let policy = Policy::default().with_max_login_age(Duration::from_hours(1));
    let clock = ManualClock::new(noon());
    let host = Host::new(policy, clock.clone()).await;
    let site = Site::of(&host.app(host.page().with_sign_in(|path| format!("/login?then={path}"))), "alice");
    let (id, _) = site.make(&[("name", "build")]).await;
    clock.advance(Duration::from_secs(3_601));
    let form = site.get(&format!("{ROOT}/new")).await;
    assert_eq!(
        form.attributes(".note-warn a", "href"),
        [format!("/login?then={ROOT}/new")],
        "before they write anything"
    );
    let sent = site.post(&format!("{ROOT}/new"), &[("key", "k"), ("name", "mine"), ("expiry", "30")]).await;
    assert_eq!((sent.status, sent.value("name")), (StatusCode::FORBIDDEN, "mine".to_owned()));
    assert_eq!(sent.attributes(".faults a", "href"), [format!("/login?then={ROOT}/new")]);
    let path = format!("{ROOT}/{id}/rotate");
    assert_eq!(site.post(&path, &[("key", "r"), ("grace", "0")]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(site.get(&path).await.attributes(".note-warn a", "href"), [format!("/login?then={path}")]);
    assert_eq!(
        site.post(&format!("{ROOT}/{id}/pause"), &[]).await.status,
        StatusCode::SEE_OTHER,
        "to stop asks for nothing"
    );
    assert_eq!(site.get(&format!("{ROOT}?show=all")).await.texts(".token").len(), 1);
}

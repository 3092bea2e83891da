//! Lists, a page at a time.

use std::collections::BTreeSet;

use super::site::{Call, Site};

/// Where `Link` leads.
fn next(link: &str) -> &str {
    link.strip_prefix('<').unwrap().strip_suffix(">; rel=\"next\"").unwrap()
}

#[tokio::test]
async fn pages_lead_to_each_other_and_each_token_is_on_one() {
    let site = Site::in_a_file().await;
    for number in 0..23 {
        site.create("alice", &format!("build {number}")).await;
        site.create("bob", &format!("build {number}")).await;
    }
    let mut address = "/api/tokens?limit=5&sort=-name&name=BUILD&status=active,paused".to_owned();
    let mut names = BTreeSet::new();
    let mut sizes = Vec::new();
    loop {
        let answer = Call::get(&address).by("alice").send(&site.app).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let items = answer.json()["items"].as_array().unwrap().clone();
        sizes.push(items.len());
        names.extend(items.iter().map(|item| item["name"].as_str().unwrap().to_owned()));
        assert_eq!(answer.json()["next"].is_null(), answer.header("link").is_none());
        let Some(link) = answer.header("link") else { break };
        address = next(link).to_owned();
    }
    assert_eq!((sizes, names.len()), (vec![5, 5, 5, 5, 3], 23));
}

#[tokio::test]
async fn history_of_a_token_goes_a_page_at_a_time() {
    let site = Site::new();
    let id = site.create("alice", "build").await.record().id();
    for number in 0..6 {
        let body = serde_json::json!({ "name": format!("n{number}") });
        assert_eq!(Call::patch(&format!("/api/tokens/{id}"), &body).by("alice").send(&site.app).await.status, 200);
    }
    let mut address = format!("/api/tokens/{id}/events?limit=3");
    let mut kinds = Vec::new();
    loop {
        let answer = Call::get(&address).by("alice").send(&site.app).await;
        kinds.extend(answer.json()["items"].as_array().unwrap().iter().map(|event| event["kind"].clone()));
        let Some(link) = answer.header("link") else { break };
        address = next(link).to_owned();
    }
    assert_eq!(kinds.len(), 7);
    assert_eq!((&kinds[0], &kinds[6]), (&"edited".into(), &"created".into()));
}

#[tokio::test]
async fn filters_hold_together() {
    let site = Site::new();
    let paused = site.create("alice", "paused").await.record().id();
    site.create("alice", "other").await;
    let body = serde_json::json!({ "paused": true });
    assert_eq!(Call::patch(&format!("/api/tokens/{paused}"), &body).by("alice").send(&site.app).await.status, 200);
    for (query, count) in [
        ("status=paused", 1),
        ("status=active,paused", 2),
        ("status=revoked", 0),
        ("name=THE", 1),
        ("scope=invoices:read", 2),
        ("scope=invoices:write", 0),
        ("unused=true", 2),
        ("expires_before=2030-01-02T00:00:00Z", 0),
        ("expires_before=2031-01-02T00:00:00%2B01:00", 2),
        ("last_used_before=2031-01-02T00:00:00Z", 0),
        ("status=paused&name=other", 0),
        ("name=%25", 0),
    ] {
        let page = Call::get(&format!("/api/tokens?{query}")).by("alice").send(&site.app).await.json();
        assert_eq!(page["items"].as_array().unwrap().len(), count, "{query}");
    }
}

//! The description of the API says what there is.

use serde_json::Value;

use super::site::{Call, Site};

async fn document() -> Value {
    let site = Site::new();
    Call::get("/api/tokens/openapi.json").send(&site.app).await.json()
}

#[tokio::test]
async fn document_has_the_paths_where_they_are_nested() {
    let document = document().await;
    let version = document["openapi"].as_str().unwrap();
    assert!(version.starts_with("3.1"), "{version}");
    let paths: Vec<_> = document["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    let expected = [
        "/api/tokens",
        "/api/tokens/find",
        "/api/tokens/resources",
        "/api/tokens/revoke-all",
        "/api/tokens/scopes",
        "/api/tokens/self",
        "/api/tokens/self/rotate",
        "/api/tokens/{id}",
        "/api/tokens/{id}/events",
        "/api/tokens/{id}/rotate",
    ];
    let mut sorted = paths.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, expected);
}

#[tokio::test]
async fn every_operation_says_how_it_answers_with_an_example() {
    let document = document().await;
    let mut operations = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            operations += 1;
            let place = format!("{method} {path}");
            assert!(operation["summary"].is_string() && operation["operationId"].is_string(), "{place}");
            assert!(operation["security"].as_array().is_some_and(|schemes| schemes.len() == 1), "{place}");
            let responses = operation["responses"].as_object().unwrap();
            for status in ["400", "401", "403", "429", "500", "503"] {
                assert!(responses.contains_key(status), "{place}: {status}");
            }
            for (status, response) in responses {
                if status.starts_with('2') || status == "401" {
                    continue;
                }
                let problem = &response["content"]["application/problem+json"];
                let examples = problem["examples"].as_object().unwrap_or_else(|| panic!("{place}: {status}"));
                for example in examples.values() {
                    assert_eq!(example["value"]["status"].to_string(), *status, "{place}");
                }
            }
        }
    }
    assert_eq!(operations, 14);
}

/// What is referred to is there.
#[tokio::test]
async fn every_reference_leads_somewhere() {
    let document = document().await;
    let text = document.to_string();
    let references: Vec<_> = text.split("\"$ref\":\"#").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(references.len() > 20, "{references:?}");
    for reference in references {
        assert!(document.pointer(reference).is_some(), "{reference}");
    }
}

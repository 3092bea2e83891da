use axum::Router;
use axum::body::{Body, to_bytes};
use http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE, COOKIE, HOST, LOCATION};
use http::{HeaderMap, Request, StatusCode};
use scraper::{ElementRef, Html, Selector};
use tower::ServiceExt;

use crate::support::{leak, noon};

/// The root of the page on a host.
pub(super) const ROOT: &str = "/settings/tokens";

/// What somebody sees of a page.
pub(super) struct Site {
    app: Router,
    cookie: String,
    pub(super) language: &'static str,
}

impl Site {
    /// The page as somebody has it who has just signed in, by the clock of the tests.
    pub(super) fn of(app: &Router, user: &str) -> Self {
        Self { app: app.clone(), cookie: format!("session={user}@{}", noon()), language: "en" }
    }

    /// The page as somebody has it who is not signed in.
    pub(super) fn of_nobody(app: &Router) -> Self {
        Self { app: app.clone(), cookie: String::new(), language: "en" }
    }

    pub(super) async fn get(&self, path: &str) -> Seen {
        self.ask(self.request(path).body(Body::empty()).unwrap()).await
    }

    pub(super) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Seen {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self.request(path).method("POST").header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.ask(request.header("sec-fetch-site", "same-origin").body(form.into()).unwrap()).await
    }

    pub(super) fn request(&self, path: &str) -> http::request::Builder {
        let request = Request::builder().uri(path).header(COOKIE, &self.cookie).header(HOST, "tokens.example");
        request.header(ACCEPT_LANGUAGE, self.language)
    }

    pub(super) async fn ask(&self, request: Request<Body>) -> Seen {
        let place = format!("{} {}", request.method(), request.uri().path());
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        let seen = Seen { status: parts.status, headers: parts.headers, body: String::from_utf8(body).unwrap() };
        // What is shown is shown this once, in no header, and in no other answer from now on.
        let shown = seen.texts("#secret");
        let rest = shown.iter().fold(seen.body.clone(), |rest, secret| rest.replace(secret, ""));
        leak::look("the headers of a page", &place, format!("{:?}", seen.headers));
        leak::look("a page", &place, rest);
        for secret in &shown {
            leak::keep_text(secret);
        }
        seen
    }

    /// Makes a token with the form, and gives its identifier and its secret.
    pub(super) async fn make(&self, fields: &[(&str, &str)]) -> (String, String) {
        let form = self.get(&format!("{ROOT}/new")).await;
        let key = form.value("key");
        let seen = self.post(&format!("{ROOT}/new"), &[&[("key", &*key)], fields, &[("expiry", "30")]].concat()).await;
        assert_eq!(seen.status, StatusCode::OK, "{}", seen.body);
        (seen.token_id(), seen.text("#secret"))
    }
}

/// A page that somebody has got.
pub(super) struct Seen {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

impl Seen {
    pub(super) fn location(&self) -> &str {
        self.headers[LOCATION].to_str().unwrap()
    }

    pub(super) fn html(&self) -> Html {
        Html::parse_document(&self.body)
    }

    /// The texts of the elements that a selector finds.
    pub(super) fn texts(&self, selector: &str) -> Vec<String> {
        self.html().select(&Selector::parse(selector).unwrap()).map(text).collect()
    }

    /// The text of the one element that a selector finds.
    pub(super) fn text(&self, selector: &str) -> String {
        let mut texts = self.texts(selector);
        assert_eq!(texts.len(), 1, "{selector}: {}", self.body);
        texts.remove(0)
    }

    /// An attribute of the elements that a selector finds.
    pub(super) fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let html = self.html();
        let selector = Selector::parse(selector).unwrap();
        let found = html.select(&selector);
        found.filter_map(|element| element.value().attr(name).map(str::to_owned)).collect()
    }

    /// What a field of a form holds.
    pub(super) fn value(&self, field: &str) -> String {
        let values = self.attributes(&format!("input[name={field}]"), "value");
        assert_eq!(values.len(), 1, "{field}: {}", self.body);
        values[0].clone()
    }

    /// The values of the boxes of a name that are ticked.
    pub(super) fn ticked(&self, field: &str) -> Vec<String> {
        self.attributes(&format!("input[name={field}][checked]"), "value")
    }

    /// The token that was made.
    fn token_id(&self) -> String {
        let place = self.attributes("[data-place]", "data-place").remove(0);
        place.rsplit_once('/').unwrap().1.to_owned()
    }
}

fn text(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

use http::header::CONTENT_TYPE;
use http::{HeaderMap, Method, Request};

/// In what form a request wants its answer.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Asked {
    pub(super) head: bool,
    pub(super) grpc: bool,
}

impl Asked {
    pub(crate) fn by<B>(request: &Request<B>) -> Self {
        let method = request.method();
        // gRPC knows one method alone, which spares the others the look at their headers.
        Self { head: method == Method::HEAD, grpc: method == Method::POST && is_grpc(request.headers()) }
    }
}

fn is_grpc(headers: &HeaderMap) -> bool {
    let Some(content_type) = headers.get(CONTENT_TYPE) else { return false };
    let Some((name, rest)) = content_type.as_bytes().split_at_checked(b"application/grpc".len()) else { return false };
    name.eq_ignore_ascii_case(b"application/grpc") && matches!(rest, [] | [b'+' | b';', ..])
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::Asked;

    #[test]
    fn grpc_is_its_content_type_alone_or_with_what_may_follow() {
        for (content_type, expected) in [
            ("application/grpc", true),
            ("application/grpc+proto", true),
            ("application/grpc;charset=utf-8", true),
            ("Application/GRPC", true),
            ("application/grpc-web", false),
            ("application/grpc-web+proto", false),
            ("application/json", false),
            ("", false),
        ] {
            let request = Request::post("/").header("content-type", content_type).body(()).unwrap();
            assert_eq!(Asked::by(&request).grpc, expected, "{content_type}");
        }
        assert!(!Asked::by(&Request::post("/").body(()).unwrap()).grpc);
        assert!(!Asked::by(&Request::get("/").header("content-type", "application/grpc").body(()).unwrap()).grpc);
    }
}

use utoipa::openapi::path::{Operation, PathItem};

/// The operations of a path, with their methods.
pub(super) fn operations(item: &PathItem) -> impl Iterator<Item = (&str, &Operation)> {
    let PathItem { get, put, post, delete, options, head, patch, trace, query, additional_operations, .. } = item;
    let named = [
        ("GET", get),
        ("PUT", put),
        ("POST", post),
        ("DELETE", delete),
        ("OPTIONS", options),
        ("HEAD", head),
        ("PATCH", patch),
        ("TRACE", trace),
        ("QUERY", query),
    ];
    let named = named.into_iter().filter_map(|(method, operation)| Some((method, operation.as_ref()?)));
    named.chain(additional_operations.iter().map(|(method, operation)| (method.as_str(), operation)))
}

/// The same, to be changed.
pub(super) fn operations_mut(item: &mut PathItem) -> impl Iterator<Item = (&str, &mut Operation)> {
    let PathItem { get, put, post, delete, options, head, patch, trace, query, additional_operations, .. } = item;
    let named = [
        ("GET", get),
        ("PUT", put),
        ("POST", post),
        ("DELETE", delete),
        ("OPTIONS", options),
        ("HEAD", head),
        ("PATCH", patch),
        ("TRACE", trace),
        ("QUERY", query),
    ];
    let named = named.into_iter().filter_map(|(method, operation)| Some((method, operation.as_mut()?)));
    named.chain(additional_operations.iter_mut().map(|(method, operation)| (method.as_str(), operation)))
}

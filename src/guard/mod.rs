//! Guards: what holds a route's requirement against the caller.

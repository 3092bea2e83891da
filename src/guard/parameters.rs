use std::fmt;
use std::mem;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequestParts, Path};
use http::{Extensions, Request};
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, Visitor};
use smallvec::SmallVec;

use crate::requirement::Parameters;

/// The parameters of the path by which axum has routed a request.
#[expect(clippy::large_enum_variant, reason = "it lives on the stack, for the time of one check")]
pub(super) enum PathParameters {
    Read(Pairs),
    /// What stands in the path is not UTF-8.
    Unreadable,
    /// No router of axum has seen the request.
    Absent,
}

impl PathParameters {
    pub(super) fn of(extensions: &mut Extensions) -> Self {
        let mut parts = Request::new(()).into_parts().0;
        mem::swap(&mut parts.extensions, extensions);
        let read = {
            let read = pin!(Path::<Pairs>::from_request_parts(&mut parts, &()));
            read.poll(&mut Context::from_waker(Waker::noop()))
        };
        mem::swap(&mut parts.extensions, extensions);
        match read {
            Poll::Ready(Ok(Path(pairs))) => Self::Read(pairs),
            Poll::Ready(Err(PathRejection::FailedToDeserializePathParams(_))) => Self::Unreadable,
            // axum waits for nothing here. If it did, no parameter would be there, and nobody would pass.
            Poll::Ready(Err(_)) | Poll::Pending => Self::Absent,
        }
    }

    /// Whether the route has a parameter of this name, and one alone.
    pub(super) fn has(&self, name: &str) -> bool {
        match self {
            Self::Read(pairs) => pairs.iter().filter(|pair| pair.0 == name).count() == 1,
            Self::Unreadable => true,
            Self::Absent => false,
        }
    }
}

impl Parameters for PathParameters {
    fn value(&self, name: &str) -> Option<&str> {
        let Self::Read(pairs) = self else {
            return None;
        };
        pairs.iter().find(|pair| pair.0 == name).map(|pair| pair.1)
    }
}

/// Names and values, copied without an allocation unless they are uncommonly long.
///
/// axum shows its parameters to nobody but a deserializer, who may not keep what it is shown.
#[derive(Default)]
pub(super) struct Pairs {
    text: SmallVec<[u8; 256]>,
    /// Where names and values end, in turn.
    ends: SmallVec<[usize; 16]>,
}

impl Pairs {
    fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        (0..self.ends.len() / 2).map(|pair| (self.piece(2 * pair), self.piece(2 * pair + 1)))
    }

    fn piece(&self, place: usize) -> &str {
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        str::from_utf8(&self.text[start..self.ends[place]]).expect("whole texts were copied")
    }
}

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PairsVisitor)
    }
}

struct PairsVisitor;

impl<'de> Visitor<'de> for PairsVisitor {
    type Value = Pairs;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the parameters of a path")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Pairs::default();
        while map.next_key_seed(Append(&mut pairs))?.is_some() {
            map.next_value_seed(Append(&mut pairs))?;
        }
        Ok(pairs)
    }
}

/// Appends one text.
struct Append<'a>(&'a mut Pairs);

impl<'de> DeserializeSeed<'de> for Append<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Append<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.0.text.extend_from_slice(text.as_bytes());
        self.0.ends.push(self.0.text.len());
        Ok(())
    }
}

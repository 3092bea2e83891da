use std::marker::PhantomData;

use super::contract::{Demand, Judge, Sealed};
use super::text::Packed;
use crate::requirement::{Held, Reach, Requirement};
use crate::resource::{ResourceKind, ResourceTemplate, Template, is_template};

/// Asks for the same on the resource that a template names, as [`Requirement::on`] does.
///
/// A text that is no template does not compile where the requirement is used.
///
/// ```
/// use tower_pat::guard::demand::{Demand, On, Text, word};
///
/// type Write = Text<10, { word("repo:write", 0) }>;
/// type Repo = Text<11, { word("repo:{name}", 0) }>;
/// assert_eq!(On::<Write, Repo>::requirement().to_string(), "repo:write on repo:{name}");
/// ```
#[derive(Debug)]
pub struct On<D, T>(PhantomData<fn() -> D>, PhantomData<fn() -> T>);

impl<D, T: Packed> On<D, T> {
    const TEMPLATE: Template<'static> = {
        assert!(is_template(T::TEXT.as_bytes()), "a template is a resource such as repo:{{owner}}/{{name}}");
        Template(T::TEXT)
    };
}

impl<D, T> Sealed for On<D, T> {}

impl<D: Demand, T: Packed> Judge for On<D, T> {
    const NAMES_PARAMETERS: bool = Self::TEMPLATE.has_parameters() || D::NAMES_PARAMETERS;

    fn is_met(held: &Held<'_>, reach: Reach) -> bool {
        D::is_met(held, reach.and(held.reaches(Self::TEMPLATE)))
    }

    fn every_parameter(is_true: &mut dyn FnMut(&'static str) -> bool) -> bool {
        Self::TEMPLATE.parameters().all(&mut *is_true) && D::every_parameter(is_true)
    }
}

impl<D: Demand, T: Packed> Demand for On<D, T> {
    fn requirement() -> Requirement {
        D::requirement().on(ResourceTemplate::from_static(T::TEXT))
    }
}

/// Asks for the same on whatever resources of a kind the caller may use, as [`Requirement::among`] does.
///
/// A text that is no kind does not compile where the requirement is used.
///
/// ```
/// use tower_pat::guard::demand::{Among, Demand, Text, word};
///
/// type Read = Text<9, { word("repo:read", 0) }>;
/// type Repo = Text<4, { word("repo", 0) }>;
/// assert_eq!(Among::<Read, Repo>::requirement().to_string(), "repo:read among repo");
/// ```
#[derive(Debug)]
pub struct Among<D, T>(PhantomData<fn() -> D>, PhantomData<fn() -> T>);

impl<D, T: Packed> Among<D, T> {
    const KIND: &'static str = {
        assert!(ResourceKind::is_kind(T::TEXT.as_bytes()), "a kind of resources is a word such as repo");
        T::TEXT
    };
}

impl<D, T> Sealed for Among<D, T> {}

impl<D: Demand, T: Packed> Judge for Among<D, T> {
    const NAMES_PARAMETERS: bool = D::NAMES_PARAMETERS;

    fn is_met(held: &Held<'_>, reach: Reach) -> bool {
        D::is_met(held, reach.and(held.reaches_some(Self::KIND)))
    }

    fn every_parameter(is_true: &mut dyn FnMut(&'static str) -> bool) -> bool {
        D::every_parameter(is_true)
    }
}

impl<D: Demand, T: Packed> Demand for Among<D, T> {
    fn requirement() -> Requirement {
        D::requirement().among(ResourceKind::from_static(T::TEXT))
    }
}

/// Asks for the same, and looks to those who do not meet it as if it were not there, as [`Requirement::concealed`] does.
///
/// ```
/// use tower_pat::guard::demand::{Concealed, Demand, Text, word};
///
/// type Read = Text<9, { word("repo:read", 0) }>;
/// assert!(Concealed::<Read>::requirement().is_concealed());
/// ```
#[derive(Debug)]
pub struct Concealed<D>(PhantomData<fn() -> D>);

impl<D> Sealed for Concealed<D> {}

impl<D: Demand> Judge for Concealed<D> {
    const NAMES_PARAMETERS: bool = D::NAMES_PARAMETERS;

    fn is_met(held: &Held<'_>, reach: Reach) -> bool {
        D::is_met(held, reach)
    }

    fn every_parameter(is_true: &mut dyn FnMut(&'static str) -> bool) -> bool {
        D::every_parameter(is_true)
    }
}

impl<D: Demand> Demand for Concealed<D> {
    fn requirement() -> Requirement {
        D::requirement().concealed()
    }
}

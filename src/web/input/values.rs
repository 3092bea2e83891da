use std::fmt::Display;

use crate::web::problem::{FieldError, Place, Problem, ProblemKind};

/// Reads the values of a request one by one, and keeps what is wrong with each, so that people see all at once.
#[derive(Debug)]
pub(in crate::web) struct Values {
    place: Place,
    errors: Vec<FieldError>,
}

impl Values {
    pub(in crate::web) fn of(place: Place) -> Self {
        Self { place, errors: Vec::new() }
    }

    /// The value, or none with a note of what is wrong.
    pub(in crate::web) fn take<T, E: Display>(&mut self, field: &str, read: Result<T, E>) -> Option<T> {
        read.map_err(|error| self.note(field, &error.to_string())).ok()
    }

    /// As [`take`](Self::take), of a value that need not be there.
    pub(in crate::web) fn maybe<V, T, E: Display>(
        &mut self,
        field: &str,
        value: Option<V>,
        read: impl FnOnce(V) -> Result<T, E>,
    ) -> Option<T> {
        value.and_then(|value| self.take(field, read(value)))
    }

    pub(in crate::web) fn note(&mut self, field: &str, detail: &str) {
        self.errors.push(FieldError::new(self.place, field, detail));
    }

    /// What is wrong altogether.
    ///
    /// # Errors
    ///
    /// When anything is.
    pub(in crate::web) fn finish(self) -> Result<(), Problem> {
        let Some(first) = self.errors.first() else {
            return Ok(());
        };
        let problem = Problem::new(ProblemKind::Invalid, first.detail());
        Err(self.errors.iter().cloned().fold(problem, Problem::with_error))
    }
}

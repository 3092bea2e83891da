use crate::manager::ManageErrorKind;
use crate::web::problem::ProblemKind;

/// What is wrong with a form: a field, if it is one, and the message that says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::web::page) struct Fault {
    field: Option<&'static str>,
    message: &'static str,
}

impl Fault {
    pub(in crate::web::page) fn on(field: &'static str, message: &'static str) -> Self {
        Self { field: Some(field), message }
    }

    pub(in crate::web::page) fn general(message: &'static str) -> Self {
        Self { field: None, message }
    }

    /// What people can mend; none if they cannot.
    pub(in crate::web::page) fn of(kind: ManageErrorKind) -> Option<Self> {
        Some(match kind {
            ManageErrorKind::Name => Self::on("name", "fault-name-not-allowed"),
            ManageErrorKind::NameTaken => Self::on("name", "fault-name-taken"),
            ManageErrorKind::Scope => Self::on("scopes", "fault-scopes"),
            ManageErrorKind::Expiry => Self::on("expiry", "fault-expiry"),
            ManageErrorKind::Grace => Self::on("grace", "fault-grace"),
            ManageErrorKind::NotBefore => Self::on("expiry", "fault-not-before"),
            ManageErrorKind::LimitReached => Self::general("fault-limit"),
            ManageErrorKind::KeyUsed => Self::general("fault-key"),
            ManageErrorKind::Conflict => Self::general("fault-conflict"),
            ManageErrorKind::Login => Self::general("fault-login"),
            ManageErrorKind::Ended => Self::general("fault-ended"),
            ManageErrorKind::Rotated => Self::general("fault-rotated"),
            _ => return None,
        })
    }

    pub(in crate::web::page) fn field(self) -> Option<&'static str> {
        self.field
    }

    pub(in crate::web::page) fn message(self) -> &'static str {
        self.message
    }

    /// Whether it is mended by signing in again.
    pub(in crate::web::page) fn is_login(self) -> bool {
        self.message == "fault-login"
    }

    /// As what the form is answered.
    pub(in crate::web::page) fn kind(self) -> ProblemKind {
        match self.message {
            "fault-login" => ProblemKind::LoginRequired,
            "fault-conflict" | "fault-name-taken" | "fault-limit" | "fault-ended" | "fault-rotated" => {
                ProblemKind::Conflict
            }
            _ => ProblemKind::Invalid,
        }
    }
}

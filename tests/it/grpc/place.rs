//! Where the layers stand: around all services, or around one.

use tonic::Code;
use tonic::service::{LayerExt, Routes};
use tonic_health::pb::health_server::HealthServer;
use tower::layer::util::Identity;

use super::desk::Desk;
use super::site::{Hall, Site, guard, reader, with_authorization};
use crate::support::scopes;

#[tokio::test]
async fn layers_stand_around_one_service() {
    let hall = Hall::new();
    let desk = Desk::new();
    let service = (hall.auth(), guard()).named_layer(HealthServer::new(desk.clone()));
    let site = Site::serving(Identity::new(), Routes::new(service), desk).await;
    assert!(site.check(&hall.token).await.is_ok());
    assert_eq!(site.client().check(with_authorization(&[])).await.unwrap_err().code(), Code::Unauthenticated);
}

#[tokio::test]
async fn layer_stands_around_all_services_and_the_guard_around_one() {
    let hall = Hall::new();
    let desk = Desk::new();
    let service = guard().named_layer(HealthServer::new(desk.clone()));
    let site = Site::serving(hall.auth(), Routes::new(service), desk).await;
    let reader = hall.holder(reader().with_scopes(scopes("health:read")));
    assert!(site.check(&reader).await.is_ok());
    assert_eq!(site.watch(&reader).await.unwrap_err().code(), Code::PermissionDenied);
    assert_eq!(site.client().check(with_authorization(&[])).await.unwrap_err().code(), Code::Unauthenticated);
}

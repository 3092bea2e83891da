//! Calls with a stream in either direction: tonic's reflection, which answers each message as it comes.

use futures_util::stream;
use tokio::sync::mpsc;
use tonic::service::Routes;
use tonic::transport::Channel;
use tonic::{Code, Request, Status, Streaming};
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::{ServerReflectionRequest, ServerReflectionResponse};
use tonic_reflection::server::Builder;
use tower_pat::Scope;
use tower_pat::guard::GrpcRequirements;

use super::desk::Desk;
use super::site::{Hall, Site, guard_of, reader};
use crate::support::noon;

const REFLECTION: &str = "grpc.reflection.v1.ServerReflection";

async fn site(hall: &Hall) -> Site {
    let reflection = Builder::configure().register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET);
    let asked =
        GrpcRequirements::new().with_method(REFLECTION, "ServerReflectionInfo", Scope::from_static("health:read"));
    Site::serving((hall.auth(), guard_of(asked)), Routes::new(reflection.build_v1().unwrap()), Desk::new()).await
}

type Questions = mpsc::UnboundedSender<ServerReflectionRequest>;

/// Opens a stream, which lasts until the sender is dropped.
async fn open(site: &Site, hall: &Hall) -> Result<(Questions, Streaming<ServerReflectionResponse>), Status> {
    let (questions, asked) = mpsc::unbounded_channel();
    let asked = stream::unfold(asked, |mut asked| async { Some((asked.recv().await?, asked)) });
    let mut request = Request::new(asked);
    let bearer = format!("Bearer {}", hall.token.expose_secret());
    request.metadata_mut().insert("authorization", bearer.parse().unwrap());
    let mut client: ServerReflectionClient<Channel> = ServerReflectionClient::new(site.channel());
    Ok((questions, client.server_reflection_info(request).await?.into_inner()))
}

async fn ask(questions: &Questions, answers: &mut Streaming<ServerReflectionResponse>) {
    let question = MessageRequest::ListServices(String::new());
    questions.send(ServerReflectionRequest { host: "here".to_owned(), message_request: Some(question) }).unwrap();
    let answer = answers.message().await.unwrap().unwrap();
    assert_eq!(answer.valid_host, "here");
    assert!(answer.message_response.is_some());
}

#[tokio::test]
async fn stream_both_ways_goes_on_until_its_client_ends_it() {
    let hall = Hall::new();
    let site = site(&hall).await;
    let (questions, mut answers) = open(&site, &hall).await.unwrap();
    ask(&questions, &mut answers).await;
    ask(&questions, &mut answers).await;

    hall.ledger.change(&hall.token, reader().with_revocation(noon()));
    ask(&questions, &mut answers).await;
    drop(questions);
    assert!(answers.message().await.unwrap().is_none());
}

/// The client would send for ever; nobody waits for the end.
#[tokio::test]
async fn stream_both_ways_is_denied_before_its_first_message() {
    let hall = Hall::new();
    let site = site(&hall).await;
    hall.ledger.write(&hall.token, reader().with_revocation(noon()));
    for _ in 0..20 {
        assert_eq!(open(&site, &hall).await.unwrap_err().code(), Code::Unauthenticated);
    }
    hall.ledger.change(&hall.token, reader());
    let (questions, mut answers) = open(&site, &hall).await.unwrap();
    ask(&questions, &mut answers).await;
    assert_eq!(site.connections(), 1);
}

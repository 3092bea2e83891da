//! The server that the tests make themselves: what they rely on.

use std::sync::Arc;

use sqlx::{Connection, query, query_scalar};

use crate::support::postgres::Server;

#[tokio::test]
async fn server_keeps_what_was_committed_over_a_power_cut_and_leaves_nothing_behind() {
    let server = Arc::new(Server::start());
    let database = server.database().await;
    database.run("CREATE TABLE kept (number int)").await;
    let mut stranger = database.stranger().await;
    query("INSERT INTO kept VALUES (7)").execute(&mut stranger).await.unwrap();
    server.kill();
    assert!(query("SELECT 1").execute(&mut stranger).await.is_err());
    server.run_again();
    let mut stranger = database.stranger().await;
    let kept: i32 = query_scalar("SELECT number FROM kept").fetch_one(&mut stranger).await.unwrap();
    assert_eq!(kept, 7);
    let fsync: String = query_scalar("SHOW fsync").fetch_one(&mut stranger).await.unwrap();
    assert_eq!(fsync, "on");
    stranger.close().await.unwrap();
    server.stop();
    let directory = server.directory().to_owned();
    drop(database);
    drop(Arc::into_inner(server).unwrap());
    assert!(!directory.exists());
}

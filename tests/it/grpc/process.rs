//! The example as a process: its server, and its client as another.

use crate::example::Example;

/// What the client prints, both ways.
fn call(server: &Example, method: &str, token: Option<&str>) -> String {
    let mut client = Example::command("grpc");
    client.arg(method).env("LISTEN", server.addr.to_string()).env_remove("TOKEN");
    if let Some(token) = token {
        client.env("TOKEN", token);
    }
    let output = client.output().unwrap();
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}

#[test]
fn example_answers_its_own_client() {
    let server = Example::start(&mut Example::command("grpc"));
    let token = server.demo_token.clone().unwrap();
    assert_eq!(call(&server, "check", Some(&token)), "caller: Some(\"demo\")\nstatus: SERVING\n");
    assert_eq!(call(&server, "check", None), "Error: \"16, Unauthenticated: An access token is required.\"\n");
    assert_eq!(
        call(&server, "watch", Some(&token)),
        "Error: \"7, PermissionDenied: The access token lacks a scope that is required here.\"\n"
    );
    assert!(server.stop("TERM").0.success());
}

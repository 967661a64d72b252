//! The rules by themselves: what a server may be started with, and who is granted what.

#![expect(clippy::unwrap_used, reason = "tests")]

use super::*;

const TOKEN: &str = "correct-horse-battery";

fn arguments() -> AccessArguments {
    AccessArguments {
        state: Some(std::env::temp_dir().join("playhead-never-written")),
        ..AccessArguments::default()
    }
}

fn started(listen: &str, change: impl FnOnce(&mut AccessArguments)) -> Result<Access, String> {
    let mut arguments = arguments();
    change(&mut arguments);
    Access::new(&arguments, listen.parse().unwrap(), None).map_err(|error| format!("{error:#}"))
}

#[test]
fn a_server_that_others_reach_says_who_may_look() {
    assert!(started("127.0.0.1:8912", |_| ()).is_ok());
    assert!(started("[::1]:0", |_| ()).is_ok());
    for listen in ["0.0.0.0:8912", "[::]:8912", "192.168.1.5:80"] {
        let refused = started(listen, |_| ()).err().unwrap();
        assert!(
            refused.contains("--token-file") && refused.contains("--public"),
            "{refused}"
        );
        assert!(refused.contains(listen), "{refused}");
        assert!(started(listen, |it| it.public = true).is_ok());
        assert!(started(listen, |it| it.token = Some(TOKEN.to_owned())).is_ok());
    }
    // A proxy on this machine lets others in as well.
    let refused = started("127.0.0.1:8912", |it| it.host = vec!["viewer.example".to_owned()]);
    assert!(refused.err().unwrap().contains("--host viewer.example"));
}

#[test]
fn tokens_are_long_and_plain() {
    let with = |token: &str| started("127.0.0.1:0", |it| it.token = Some(token.to_owned())).err();
    assert_eq!(with(TOKEN), None);
    assert!(with("short").unwrap().contains("16 characters"));
    assert!(with("with spaces in between").unwrap().contains("without spaces"));
    assert!(with("k1.looks-like-a-link").unwrap().contains("k1."));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, format!("{TOKEN}\nsomething else\n")).unwrap();
    let access = started("0.0.0.0:0", |it| it.token_file = Some(file)).unwrap();
    assert_eq!(access.granted_by(TOKEN), Ok(Grant::All));
    let missing = started("0.0.0.0:0", |it| it.token_file = Some(folder.path().join("none")));
    assert!(missing.err().unwrap().contains("read the token in"));
}

#[test]
fn sites_are_named_as_browsers_do() {
    let with = |origin: &str| started("127.0.0.1:0", |it| it.allow_origin = vec![origin.to_owned()]).err();
    assert_eq!(with("https://viewer.example"), None);
    assert_eq!(with("http://localhost:8080"), None);
    for odd in [
        "viewer.example",
        "https://viewer.example/",
        "https://viewer.example/x",
        "*",
        "null",
        "file://",
    ] {
        assert!(with(odd).unwrap().contains("https://viewer.example"), "{odd}");
    }
}

#[test]
fn who_says_what_may_do_what() {
    let limits = Limits::default();
    let of = |access: &Access, credential| access.grant(credential, None, &limits);
    let open = started("127.0.0.1:0", |_| ()).unwrap();
    assert_eq!(of(&open, None), Ok(Grant::All));
    assert_eq!(of(&open, Some("the key of another service")), Ok(Grant::All));
    let closed = started("0.0.0.0:0", |it| it.token = Some(TOKEN.to_owned())).unwrap();
    assert_eq!(of(&closed, None).unwrap_err().code, Code::TokenNeeded);
    assert_eq!(of(&closed, Some("wrong")).unwrap_err().code, Code::TokenWrong);
    assert_eq!(of(&closed, Some("")).unwrap_err().code, Code::TokenWrong);
    assert_eq!(of(&closed, Some(TOKEN)), Ok(Grant::All));
    assert_eq!(
        of(&closed, Some("k1.forged.forged")).unwrap_err().code,
        Code::LinkInvalid
    );
    let public = started("0.0.0.0:0", |it| it.public = true).unwrap();
    assert_eq!(of(&public, None), Ok(Grant::Look));
    assert!(of(&public, None).unwrap().manages().is_err());
    let both = started("0.0.0.0:0", |it| {
        it.public = true;
        it.token = Some(TOKEN.to_owned());
    });
    assert_eq!(of(&both.unwrap(), Some(TOKEN)), Ok(Grant::All));
}

#[test]
fn guessing_is_slow_and_only_for_who_guesses() {
    let limits = Limits::default();
    let access = started("0.0.0.0:0", |it| it.token = Some(TOKEN.to_owned())).unwrap();
    let from =
        |address: &str, credential| access.grant(Some(credential), Some(address.parse().unwrap()), &limits);
    for n in 0..20 {
        let code = from("10.0.0.1", "wrong").unwrap_err().code;
        assert_eq!(code, Code::TokenWrong, "attempt {n}");
    }
    assert_eq!(from("10.0.0.1", "wrong").unwrap_err().code, Code::TooMany);
    assert_eq!(from("10.0.0.1", TOKEN).unwrap_err().code, Code::TooMany);
    assert_eq!(from("10.0.0.2", TOKEN), Ok(Grant::All));
    // Who says nothing does not guess.
    let nothing = access.grant(None, Some("10.0.0.1".parse().unwrap()), &limits);
    assert_eq!(nothing.unwrap_err().code, Code::TokenNeeded);
}

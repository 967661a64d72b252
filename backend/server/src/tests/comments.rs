//! Comments: kept beside the recording, bounded, taken back by their authors.

use super::{
    access::{TOKEN, access, bearer, send, site_with},
    *,
};

fn public(folder: &Path, takes_comments: bool) -> Arc<Site> {
    let access = access("0.0.0.0:0", |it| {
        it.public = true;
        it.token = Some(TOKEN.to_owned());
        it.state = Some(folder.join("state"));
    });
    let mut site = site_with(folder, access);
    site.takes_comments = takes_comments;
    Arc::new(site)
}

fn path() -> String {
    format!("/api/recordings/{ID}/comments")
}

async fn post(site: &Arc<Site>, comment: &Value) -> (StatusCode, Value) {
    send(site, "POST", &path(), &[], Some(comment)).await
}

#[tokio::test]
async fn comments_are_kept_beside_the_recording_and_taken_back_by_who_wrote_them() {
    let folder = tempfile::tempdir().unwrap();
    let site = public(folder.path(), true);
    let text = "<script>alert(1)</script> \u{202e}gnp.exe";
    let (status, late) = post(&site, &json!({"time": 1.5, "text": "late", "author": "B"})).await;
    assert_eq!(status, StatusCode::CREATED, "{late}");
    let early = json!({"id": "mine-1", "time": 0.5, "point": "65536", "text": text, "author": "A"});
    let (status, made) = post(&site, &early).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let (status, twice) = post(&site, &early).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{twice}");
    let (_, list) = send(&site, "GET", &path(), &[], None).await;
    assert_eq!(list["may_write"], true);
    let comments = list["comments"].as_array().unwrap();
    assert_eq!(comments.len(), 2);
    assert_eq!(
        (&comments[0]["id"], &comments[0]["text"], &comments[0]["point"]),
        (&json!("mine-1"), &json!(text), &json!("65536"))
    );
    let key = made["key"].as_str().unwrap();
    assert!(!list.to_string().contains("key"), "{list}");
    let files = fs::read_dir(folder.path().join("a.playhead.comments"))
        .unwrap()
        .count();
    assert_eq!(files, 2);
    // A file of comments is no recording.
    assert_eq!(super::list(&site).await.len(), 1);

    let one = format!("{}/mine-1", path());
    for headers in [
        vec![],
        vec![("x-comment-key", "wrong")],
        vec![("x-comment-key", late["key"].as_str().unwrap())],
    ] {
        let (status, _) = send(&site, "DELETE", &one, &headers, None).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
    }
    let (status, _) = send(&site, "DELETE", &one, &[("x-comment-key", key)], None).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let (status, _) = send(&site, "DELETE", &one, &[("x-comment-key", key)], None).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let other = format!("{}/{}", path(), late["comment"]["id"].as_str().unwrap());
    let (status, _) = send(
        &site,
        "DELETE",
        &other,
        &[("authorization", &bearer(TOKEN))],
        None,
    )
    .await;
    assert_eq!(status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn comments_are_bounded_and_look_like_comments() {
    let folder = tempfile::tempdir().unwrap();
    let site = public(folder.path(), true);
    for odd in [
        json!({"time": 1.0, "text": "x".repeat(4_097)}),
        json!({"time": 1.0, "text": "  "}),
        json!({"time": 1.0, "text": "a", "author": "x".repeat(101)}),
        json!({"time": -1.0, "text": "a"}),
        json!({"time": "soon", "text": "a"}),
        json!({"time": 1.0, "text": "a", "point": "-5"}),
        json!({"time": 1.0, "text": "a", "point": ""}),
        json!({"time": 1.0, "text": "a", "id": "../../x"}),
        json!({"time": 1.0, "text": "a", "id": ""}),
        json!({"time": 1.0, "text": "a", "html": "<b>"}),
        json!({"text": "a"}),
        json!("a"),
    ] {
        let (status, body) = post(&site, &odd).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{odd}: {body}");
        assert!(body["error"]["message"].is_string(), "{odd}");
    }
    let (status, _) = post(&site, &json!({"time": 1.0, "text": "x".repeat(4_096)})).await;
    assert_eq!(status, StatusCode::CREATED);
    for path in ["nowhere", "..%2Fstate"] {
        let path = format!("/api/recordings/{path}/comments");
        let comment = json!({"time": 1.0, "text": "a"});
        let (status, _) = send(&site, "POST", &path, &[], Some(&comment)).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
    let (status, _) = send(&site, "DELETE", &format!("{}/..%2Fx", path()), &[], None).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn nobody_writes_where_comments_are_not_taken() {
    let folder = tempfile::tempdir().unwrap();
    let site = public(folder.path(), false);
    let (status, body) = post(&site, &json!({"time": 1.0, "text": "a"})).await;
    assert_eq!(
        (status, &body["error"]["code"]),
        (StatusCode::FORBIDDEN, &json!("turned_off"))
    );
    assert!(body["error"]["message"].as_str().unwrap().contains("--comments"));
    let (status, list) = send(&site, "GET", &path(), &[], None).await;
    assert_eq!((status, &list["may_write"]), (StatusCode::OK, &json!(false)));
    assert!(!folder.path().join("a.playhead.comments").exists());
}

#[tokio::test]
async fn a_link_to_a_range_has_the_comments_of_the_range() {
    let folder = tempfile::tempdir().unwrap();
    let site = public(folder.path(), true);
    for time in [0.5, 1.0, 1.8] {
        post(&site, &json!({"time": time, "text": "a"})).await;
    }
    let link = |wanted: Value| {
        let site = site.clone();
        async move {
            let token = bearer(TOKEN);
            let (_, made) = send(
                &site,
                "POST",
                "/api/links",
                &[("authorization", &token)],
                Some(&wanted),
            )
            .await;
            bearer(made["path"].as_str().unwrap().split_once("#k=").unwrap().1)
        }
    };
    let view = link(json!({"recording": ID, "range": [0.8, 1.2]})).await;
    let (_, list) = send(&site, "GET", &path(), &[("authorization", &view)], None).await;
    let times: Vec<_> = list["comments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|comment| &comment["time"])
        .collect();
    assert_eq!(times, [&json!(1.0)]);
    for (time, expected) in [(1.1, StatusCode::CREATED), (1.9, StatusCode::FORBIDDEN)] {
        let comment = json!({"time": time, "text": "a"});
        let (status, _) = send(
            &site,
            "POST",
            &path(),
            &[("authorization", &view)],
            Some(&comment),
        )
        .await;
        assert_eq!(status, expected, "{time}");
    }
    let embed = link(json!({"recording": ID, "scope": "embed"})).await;
    let comment = json!({"time": 1.0, "text": "a"});
    let (status, _) = send(
        &site,
        "POST",
        &path(),
        &[("authorization", &embed)],
        Some(&comment),
    )
    .await;
    assert_eq!(status, StatusCode::FORBIDDEN);
}

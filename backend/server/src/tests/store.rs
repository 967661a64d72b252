//! Recordings in stores: a folder, and a server that speaks S3 and counts what is read of it.

use std::sync::atomic::{AtomicU32, Ordering};

use super::{
    access::{TOKEN, bearer, send},
    s3::{self, Bucket},
    uploads::Sender,
    *,
};
use crate::{cli::AccessArguments, store::Store, uploads::Uploads};

const OTHER: &str = "0b1c2d3e-0000-4000-8000-000000000002";

/// A recording of some megabytes, of which a list needs a few kilobytes.
fn large_recording(id: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = Writer::create(&mut bytes, head(id)).unwrap();
    // Nothing that compresses.
    let noise: Vec<u8> = (0..100_000_u32)
        .flat_map(|n| Sha256::digest(n.to_le_bytes()).to_vec())
        .collect();
    writer.add_body(&"cd".repeat(32), &noise).unwrap();
    let hash = "ab".repeat(32);
    writer.add_paint_image(&hash, "image/jpeg", JPEG).unwrap();
    let paint = Paint {
        hash: hash.into(),
        mime_type: "image/jpeg".into(),
        width: 800,
        height: 600,
        scale: 1.0,
    };
    writer.mark(Micros(2_000), Event::Paint(paint)).unwrap();
    writer.finish("Large".to_owned(), Vec::new(), Vec::new()).unwrap();
    bytes
}

fn small_recording(id: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.playhead");
    write_recording(&path, id);
    fs::read(path).unwrap()
}

/// A server of a store, and nothing else.
fn site_of(store: Store) -> Site {
    Site::new(
        Library::new(Vec::new()).with_store(store, None),
        Access::of_this_machine(),
    )
}

async fn bucket(objects: &[(&str, Vec<u8>)]) -> (Arc<Bucket>, Vec<(String, String)>) {
    let bucket = Arc::new(Bucket::default());
    for (key, content) in objects {
        bucket
            .objects
            .lock()
            .unwrap()
            .insert((*key).to_owned(), content.clone());
    }
    let environment = s3::serve(bucket.clone()).await;
    (bucket, environment)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_is_listed_and_read_by_ranges() {
    let large = large_recording(ID);
    assert!(large.len() > 3_000_000);
    let (bucket, environment) = bucket(&[
        ("team/large.playhead", large.clone()),
        ("team/deep/small.playhead", small_recording(OTHER)),
        ("team/broken.playhead", b"something else".to_vec()),
        ("team/notes.txt", b"not looked at".to_vec()),
        ("team/.playhead/links/x.playhead", b"our own".to_vec()),
        ("others/secret.playhead", small_recording(OTHER)),
    ])
    .await;
    let store = Store::open_with("s3://b/team", 64 << 20, &environment).unwrap();
    let site = Arc::new(site_of(store));
    let rows = list(&site).await;
    assert_eq!(rows.len(), 3, "{rows:?}");
    let large_row = rows.iter().find(|row| row["id"] == ID).unwrap();
    assert_eq!(
        (&large_row["title"], &large_row["size"]),
        (&json!("Large"), &json!(large.len()))
    );
    assert!(rows.iter().any(|row| row["id"] == OTHER));
    assert_eq!(rows[2]["error"], "this is not a recording");
    let (status, _, poster) = get(&site, &format!("/api/recordings/{ID}/poster")).await;
    assert_eq!((status, poster.as_slice()), (StatusCode::OK, JPEG));
    let n_read = bucket.n_bytes_read("team/large.playhead");
    assert!(n_read < large.len() as u64 / 4, "{n_read} of {}", large.len());
    assert_eq!(bucket.n_bytes_read("team/notes.txt"), 0);

    // Nothing is asked for twice that did not change, but for whether it did.
    let before = bucket.n_asked("GET");
    let address = listen(site.clone()).await;
    let session = ask(address, &[create_session(ID)]).await;
    assert!(session[0]["result"]["sessionId"].is_string(), "{session:?}");
    assert_eq!(list(&site).await.len(), 3);
    let lists = bucket.asked.lock().unwrap()[before..]
        .iter()
        .filter(|(method, key, _)| method == "GET" && !key.is_empty())
        .count();
    assert_eq!(lists, 0, "{:?}", bucket.asked.lock().unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_share_one_bucket() {
    let (bucket, environment) = bucket(&[]).await;
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let server = |folder: &Path| {
        let store = Store::open_with("s3://b/", 16 << 20, &environment).unwrap();
        let uploads = Uploads::open(folder, 64 << 20, Some(store.clone())).unwrap();
        let mut site = site_of(store);
        site.uploads = Some(uploads);
        Arc::new(site)
    };
    let sites = folders.each_ref().map(|folder| server(folder.path()));
    assert_eq!(list(&sites[1]).await, Vec::<Value>::new());
    // Sent to one, in parts of which a store takes more than one, and opened at the other.
    let mut recording = large_recording(ID);
    let address = listen(sites[0].clone()).await;
    let mut sender = Sender::connect(address).await;
    assert_eq!(sender.create(ID).await, Ok(0));
    for (n, part) in recording.chunks(1 << 20).enumerate() {
        sender.add(ID, n << 20, part).await.unwrap();
    }
    assert_eq!(sender.finish(ID).await, Ok(json!({})));
    let key = format!("{ID}.playhead");
    assert_eq!(bucket.objects.lock().unwrap()[&key], recording);
    assert_eq!(
        fs::read_dir(folders[0].path().join("incoming")).unwrap().count(),
        0
    );
    let other = listen(sites[1].clone()).await;
    let session = ask(other, &[create_session(ID)]).await;
    assert!(session[0]["result"]["sessionId"].is_string(), "{session:?}");
    let mut second = Sender::connect(other).await;
    assert!(second.create(ID).await.unwrap_err().contains("already"));

    // One that is replaced behind the servers' backs is never read as a mixture of both.
    let site = &sites[1];
    let read = site.library.file(ID).unwrap();
    let middle = recording.len() / 2;
    recording[middle] ^= 0xff;
    bucket.objects.lock().unwrap().insert(key, recording.clone());
    let mut buffer = [0; 16];
    let outcome = tokio::task::spawn_blocking(move || read.read_at(1 << 20, &mut buffer));
    let error = outcome.await.unwrap().unwrap_err();
    assert!(error.to_string().contains("replaced"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_of_a_bucket_share_links_and_comments() {
    let (bucket, environment) = bucket(&[("team/a.playhead", small_recording(ID))]).await;
    let folder = tempfile::tempdir().unwrap();
    let server = |name: &str| {
        let store = Store::open_with("s3://b/team", 1 << 20, &environment).unwrap();
        let arguments = AccessArguments {
            token: Some(TOKEN.to_owned()),
            state: Some(folder.path().join(name)),
            link_key_file: Some(folder.path().join("key")),
            ..AccessArguments::default()
        };
        let access = Access::new(&arguments, "0.0.0.0:0".parse().unwrap(), Some(&store)).unwrap();
        let mut site = site_of(store);
        (site.access, site.takes_comments) = (access, true);
        Arc::new(site)
    };
    let (one, two) = (server("one"), server("two"));
    let token = bearer(TOKEN);
    let wanted = json!({ "recording": ID });
    let (_, made) = send(
        &one,
        "POST",
        "/api/links",
        &[("authorization", &token)],
        Some(&wanted),
    )
    .await;
    let link = bearer(made["path"].as_str().unwrap().split_once("#k=").unwrap().1);
    let link = [("authorization", link.as_str())];
    let comments = format!("/api/recordings/{ID}/comments");
    let comment = json!({"time": 1.0, "text": "here"});
    let (status, body) = send(&two, "POST", &comments, &link, Some(&comment)).await;
    assert_eq!(status, StatusCode::CREATED, "{body}");
    let (_, list) = send(&one, "GET", &comments, &link, None).await;
    assert_eq!(list["comments"][0]["text"], "here", "{list}");
    let keys: Vec<String> = bucket.objects.lock().unwrap().keys().cloned().collect();
    let begins = |prefix: &str| keys.iter().filter(|key| key.starts_with(prefix)).count();
    assert_eq!(begins(&format!("team/.playhead/comments/{ID}/")), 1, "{keys:?}");
    assert_eq!((begins("team/.playhead/links/"), keys.len()), (1, 3), "{keys:?}");

    let path = format!("/api/links/{}", made["id"].as_str().unwrap());
    let (status, _) = send(&one, "DELETE", &path, &[("authorization", &token)], None).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    two.access.register.as_ref().unwrap().look().await.unwrap();
    let (_, body) = send(&two, "GET", &comments, &link, None).await;
    assert_eq!(body["error"]["code"], "link_revoked");
    let one_comment = format!("{comments}/{}", list["comments"][0]["id"].as_str().unwrap());
    let (status, _) = send(&two, "DELETE", &one_comment, &[("authorization", &token)], None).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let (_, list) = send(&one, "GET", &comments, &[("authorization", &token)], None).await;
    assert_eq!(list["comments"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_that_stumbles_is_asked_again_and_one_that_refuses_is_said_to() {
    let (bucket, environment) = bucket(&[("a.playhead", small_recording(ID))]).await;
    let store = Store::open_with("s3://b", 1 << 20, &environment).unwrap();
    let site = Arc::new(site_of(store));
    *bucket.n_failing.lock().unwrap() = 2;
    assert_eq!(list(&site).await[0]["id"], ID);

    let wrong: Vec<_> = environment
        .iter()
        .map(|(name, value)| match name.as_str() {
            "AWS_ACCESS_KEY_ID" => (name.clone(), "another-key".to_owned()),
            _ => (name.clone(), value.clone()),
        })
        .collect();
    let store = Store::open_with("s3://b", 1 << 20, &wrong).unwrap();
    let rows = list(&Arc::new(site_of(store))).await;
    let error = rows[0]["error"].as_str().unwrap();
    assert!(error.starts_with("the store cannot be listed"), "{error}");
    assert!(!error.contains("test-secret"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_learned_of_a_store_outlasts_the_server() {
    let (bucket, environment) = bucket(&[
        ("a.playhead", small_recording(ID)),
        ("b.playhead", small_recording(OTHER)),
    ])
    .await;
    let state = tempfile::tempdir().unwrap();
    let start = || {
        let store = Store::open_with("s3://b", 1 << 20, &environment).unwrap();
        let library = Library::new(Vec::new()).with_store(store, Some(state.path().join("cards.json")));
        Arc::new(Site::new(library, Access::of_this_machine()))
    };
    assert_eq!(list(&start()).await.len(), 2);
    let n_read = bucket.n_bytes_read("a.playhead");
    let again = start();
    assert_eq!(list(&again).await.len(), 2);
    assert_eq!(bucket.n_bytes_read("a.playhead"), n_read);
    // What changed is looked at once more, and what is gone is gone.
    {
        let mut objects = bucket.objects.lock().unwrap();
        objects.remove("b.playhead");
        objects.insert("a.playhead".to_owned(), small_recording(OTHER));
    }
    let rows = list(&again).await;
    assert_eq!((rows.len(), &rows[0]["id"]), (1, &json!(OTHER)));
    assert!(bucket.n_bytes_read("a.playhead") > n_read);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn links_that_lead_out_of_a_folder_are_not_followed() {
    use std::os::unix::fs::symlink;
    let (inside, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write_recording(&outside.path().join("secret.playhead"), OTHER);
    write_recording(&inside.path().join("mine.playhead"), ID);
    symlink(
        outside.path().join("secret.playhead"),
        inside.path().join("link.playhead"),
    )
    .unwrap();
    symlink(outside.path(), inside.path().join("folder")).unwrap();
    // A name that a recording sent to this server would have.
    symlink(
        outside.path().join("secret.playhead"),
        inside.path().join(format!("{OTHER}.playhead")),
    )
    .unwrap();
    let url = url::Url::from_directory_path(inside.path()).unwrap();
    let store = Store::open_with(url.as_str(), 1 << 20, &[]).unwrap();
    for site in [Arc::new(site_of(store)), site(&[inside.path()], Vec::new())] {
        let rows = list(&site).await;
        assert_eq!(rows.len(), 1, "{rows:?}");
        assert_eq!(rows[0]["id"], ID);
        let (status, _, _) = get(&site, &format!("/api/recordings/{OTHER}/file")).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        let address = listen(site).await;
        let refused = ask(address, &[create_session(OTHER)]).await;
        assert_eq!(refused[0]["error"]["code"], 28, "{refused:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_is_a_store_and_paths_do_not_leave_it() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("inside");
    fs::create_dir(&inside).unwrap();
    write_recording(&folder.path().join(format!("{OTHER}.playhead")), OTHER);
    write_recording(&inside.join("a.playhead"), ID);
    let url = url::Url::from_directory_path(&inside).unwrap();
    let store = Store::open_with(url.as_str(), 1 << 20, &[]).unwrap();
    let site = Arc::new(site_of(store));
    assert_eq!(list(&site).await.len(), 1);
    let n_missing = AtomicU32::new(0);
    for id in [
        format!("..%2F{OTHER}"),
        format!("..%5C{OTHER}"),
        format!("%2e%2e%2f{OTHER}"),
        OTHER.to_owned(),
        "%00".to_owned(),
    ] {
        for path in ["poster", "file", "comments"] {
            let (status, _, _) = get(&site, &format!("/api/recordings/{id}/{path}")).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{id}/{path}");
            n_missing.fetch_add(1, Ordering::Relaxed);
        }
    }
    assert_eq!(n_missing.into_inner(), 15);
    let (status, headers, body) = get(&site, &format!("/api/recordings/{ID}/file")).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(headers[header::CONTENT_TYPE], "application/octet-stream");
    assert_eq!(body, fs::read(inside.join("a.playhead")).unwrap());
}

#[tokio::test]
async fn addresses_of_stores_are_checked_at_the_start() {
    let odd = |address: &str| format!("{:#}", Store::open_with(address, 0, &[]).err().unwrap());
    assert!(odd("recordings").contains("s3://bucket/folder"));
    assert!(odd("https://example.com/x").contains("s3://"));
    assert!(odd("s3://key:secret@bucket/x").contains("environment"));
    assert!(odd("s3://bucket/x?X-Amz-Signature=1").contains("environment"));
    assert!(odd("file:///no/such/folder/anywhere").contains("no/such/folder"));
    let missing = odd("az://container/x");
    assert!(missing.contains("use the store az://container/x"), "{missing}");
    let azure = [
        ("AZURE_STORAGE_ACCOUNT_NAME".to_owned(), "account".to_owned()),
        ("AZURE_STORAGE_ACCOUNT_KEY".to_owned(), "a2V5".to_owned()),
    ];
    assert!(Store::open_with("az://container/x", 0, &azure).is_ok());
    assert!(Store::open_with("gs://bucket/x", 0, &[]).is_ok());
    assert!(Store::open_with("s3://bucket/x", 0, &[]).is_ok());
}

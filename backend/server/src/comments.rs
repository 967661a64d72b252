//! What people say about moments of a recording, kept beside it: one small file for each. Text is text; nobody here looks
//! into it.

use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use axum::{
    Json,
    extract::{Path, State, rejection::JsonRejection},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::{
    access::{Code, Grant, Refusal, Visitor},
    api::odd_body,
    http::Site,
    links::{Scope, hex},
    shelf::{NotPut, Shelf},
};

/// What one says: some 600 words.
const MAX_TEXT_BYTES: usize = 4_096;
const MAX_AUTHOR_BYTES: usize = 100;
/// Points are whole numbers; those of recordings have at most 20 digits.
const MAX_POINT_DIGITS: usize = 40;
/// Comments on one recording.
const MAX_COMMENTS: usize = 1_000;
const MAX_ID_CHARS: usize = 64;

/// A comment, as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Comment {
    id: String,
    /// The moment, in ms.
    time: f64,
    /// The execution point of the moment, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    point: Option<String>,
    text: String,
    author: String,
    /// When it was written, in ms since 1970.
    created: f64,
    /// The SHA-256 of what its author can take it back with.
    key_hash: String,
}

impl Comment {
    /// As it is shown: without what only its author knows.
    fn shown(&self) -> serde_json::Value {
        json!({
            "id": self.id,
            "time": self.time,
            "point": self.point,
            "text": self.text,
            "author": self.author,
            "created": self.created,
        })
    }
}

/// What `POST` takes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewComment {
    /// Chosen by the client, so that one that is sent twice is there once; made here if absent.
    #[serde(default)]
    id: Option<String>,
    time: f64,
    #[serde(default)]
    point: Option<String>,
    text: String,
    #[serde(default)]
    author: String,
}

/// `GET /api/recordings/ID/comments`: all that may be seen, by time.
pub(crate) async fn list(
    State(site): State<Arc<Site>>,
    grant: Grant,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    grant.sees(&id)?;
    let shelf = shelf_of(&site, &id).await?;
    let mut comments = all(&shelf).await?;
    if let Some((begin, end)) = grant.range() {
        comments.retain(|comment| (begin..=end).contains(&comment.time));
    }
    comments.sort_by(|a, b| a.time.total_cmp(&b.time).then(a.created.total_cmp(&b.created)));
    let answer = json!({
        "comments": comments.iter().map(Comment::shown).collect::<Vec<_>>(),
        "may_write": may_write(&site, &grant).is_ok(),
    });
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response())
}

/// `POST /api/recordings/ID/comments`: adds one, and gives its author the key that takes it back.
pub(crate) async fn add(
    State(site): State<Arc<Site>>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Result<Json<NewComment>, JsonRejection>,
) -> Result<Response, Refusal> {
    let grant = visitor.grant.clone()?;
    grant.sees(&id)?;
    may_write(&site, &grant)?;
    visitor.may_write_now(&site)?;
    let Json(new) = body.map_err(odd_body)?;
    let (comment, key) = comment_of(new, &grant)?;
    let shelf = shelf_of(&site, &id).await?;
    if shelf.names().await.map_err(failed)?.len() >= MAX_COMMENTS {
        return Err(Refusal::new(
            Code::TooMany,
            format!("a recording has at most {MAX_COMMENTS} comments; remove some"),
        ));
    }
    match shelf.put(&comment.id, &comment).await {
        Ok(()) => {}
        Err(NotPut::Exists) => {
            return Err(Refusal::new(
                Code::BadRequest,
                "there is a comment with this id already",
            ));
        }
        Err(NotPut::Failed(error)) => return Err(failed(error)),
    }
    let answer = json!({ "comment": comment.shown(), "key": key });
    Ok((
        StatusCode::CREATED,
        [(header::CACHE_CONTROL, "no-store")],
        Json(answer),
    )
        .into_response())
}

/// `DELETE /api/recordings/ID/comments/COMMENT`: by its author, who has its key, or by whoever manages the server.
pub(crate) async fn remove(
    State(site): State<Arc<Site>>,
    visitor: Visitor,
    Path((id, comment)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<StatusCode, Refusal> {
    let grant = visitor.grant.clone()?;
    grant.sees(&id)?;
    may_write(&site, &grant)?;
    visitor.may_write_now(&site)?;
    if !is_id(&comment) {
        return Err(Refusal::new(Code::BadRequest, "that is not the id of a comment"));
    }
    let shelf = shelf_of(&site, &id).await?;
    let Some(kept) = shelf.get::<Comment>(&comment).await.map_err(failed)? else {
        return Err(Refusal::new(Code::NotFound, "there is no such comment"));
    };
    if grant.manages().is_err() {
        let key = headers.get("x-comment-key").map(|key| hash_of(key.as_bytes()));
        let is_author = key.is_some_and(|hash| bool::from(hash.as_bytes().ct_eq(kept.key_hash.as_bytes())));
        if !is_author {
            return Err(Refusal::new(
                Code::TokenNeeded,
                "a comment is removed by its author or with the server's token",
            ));
        }
    }
    shelf.remove(&comment).await.map_err(failed)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whether comments are taken from somebody.
fn may_write(site: &Site, grant: &Grant) -> Result<(), Refusal> {
    if !site.takes_comments {
        return Err(Refusal::new(
            Code::TurnedOff,
            "this server takes no comments; start it with --comments",
        ));
    }
    match grant {
        Grant::Link(capability) if capability.scope < Scope::View => Err(Refusal::new(
            Code::LinkScope,
            "a link for embedding does not permit comments",
        )),
        _ => Ok(()),
    }
}

/// The comment that somebody wants to add, and the key to take it back with.
fn comment_of(new: NewComment, grant: &Grant) -> Result<(Comment, String), Refusal> {
    let odd = |what: String| Refusal::new(Code::BadRequest, what);
    let NewComment {
        id,
        time,
        point,
        text,
        author,
    } = new;
    if text.trim().is_empty() || text.len() > MAX_TEXT_BYTES {
        return Err(odd(format!(
            "a comment has some text, of at most {MAX_TEXT_BYTES} bytes"
        )));
    }
    if author.len() > MAX_AUTHOR_BYTES {
        return Err(odd(format!(
            "an author's name has at most {MAX_AUTHOR_BYTES} bytes"
        )));
    }
    if !time.is_finite() || time < 0.0 {
        return Err(odd("a comment's time is in ms from the beginning".to_owned()));
    }
    let is_point =
        |point: &String| point.len() <= MAX_POINT_DIGITS && point.bytes().all(|byte| byte.is_ascii_digit());
    if point
        .as_ref()
        .is_some_and(|point| point.is_empty() || !is_point(point))
    {
        return Err(odd(
            "a comment's point is an execution point, a whole number".to_owned()
        ));
    }
    if grant
        .range()
        .is_some_and(|(begin, end)| !(begin..=end).contains(&time))
    {
        return Err(Refusal::new(
            Code::LinkScope,
            "this link permits comments on the part of the recording that it shows",
        ));
    }
    let mut random = [0; 24];
    getrandom::fill(&mut random)
        .map_err(|error| failed(format!("the system gives no random numbers: {error}")))?;
    let (name, key) = random.split_at(8);
    let id = id.unwrap_or_else(|| hex(name));
    if !is_id(&id) {
        return Err(odd(format!(
            "a comment's id is up to {MAX_ID_CHARS} letters, digits and hyphens"
        )));
    }
    let key = URL_SAFE_NO_PAD.encode(key);
    let created = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let comment = Comment {
        id,
        time,
        point,
        text,
        author,
        created: created.as_millis() as f64,
        key_hash: hash_of(key.as_bytes()),
    };
    Ok((comment, key))
}

async fn all(shelf: &Shelf) -> Result<Vec<Comment>, Refusal> {
    let named = shelf.all::<Comment>().await.map_err(failed)?;
    Ok(named
        .into_iter()
        .filter(|(name, comment)| *name == comment.id)
        .map(|(_, comment)| comment)
        .collect())
}

async fn shelf_of(site: &Arc<Site>, id: &str) -> Result<Shelf, Refusal> {
    let (site, id) = (site.clone(), id.to_owned());
    let shelf = tokio::task::spawn_blocking(move || site.library.shelf(&id)).await;
    shelf
        .map_err(|_| failed("the recording could not be read".to_owned()))?
        .map_err(|missing| Refusal::new(Code::NotFound, missing))
}

fn failed(error: String) -> Refusal {
    Refusal::new(Code::Failed, format!("comments cannot be kept here: {error}"))
}

/// Ids are names of files.
fn is_id(id: &str) -> bool {
    (1..=MAX_ID_CHARS).contains(&id.len())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn hash_of(key: &[u8]) -> String {
    hex(&Sha256::digest(key))
}

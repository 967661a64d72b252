//! Comments on a server that takes them: everybody who may see the recording reads them, and who wrote one can change it,
//! by a key that the server gave.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use gloo_net::http::{Request, RequestBuilder, Response};
use leptos::prelude::GetUntracked;
use serde::{Deserialize, Serialize};
use web_sys::Storage;
use wire::point::ExecutionPoint;

use crate::{
    logic::comments::Comment,
    stores::comments::{Change, CommentStore, Kept},
};

/// A server that takes comments.
#[derive(Clone)]
pub(super) struct Server(Rc<Shared>);

struct Shared {
    /// Where the comments on the recording are.
    url: String,
    storage: Option<Storage>,
    /// What says who asks, if the server wants to know.
    shown: Option<String>,
    /// Ids of those that are there.
    there: RefCell<BTreeSet<String>>,
    /// Keys of those that were written here, by id.
    keys: RefCell<BTreeMap<String, String>>,
}

/// A comment as the server has it.
#[derive(Serialize, Deserialize)]
struct Sent {
    id: String,
    time: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    point: Option<ExecutionPoint>,
    text: String,
    #[serde(default)]
    author: String,
    /// When it was written, in ms since 1970, by the server's clock.
    #[serde(default, skip_serializing)]
    created: f64,
}

#[derive(Deserialize)]
struct List {
    comments: Vec<Sent>,
    #[serde(default)]
    may_write: bool,
}

#[derive(Deserialize)]
struct Added {
    key: String,
}

#[derive(Deserialize)]
struct Refused {
    error: Reason,
}

#[derive(Deserialize)]
struct Reason {
    message: String,
}

impl Server {
    /// The server, if it takes comments; tells the store what it has. Most have none, and are asked once.
    pub(super) async fn find(
        api: String,
        shown: Option<String>,
        storage: Option<Storage>,
        store: CommentStore,
    ) -> Option<Self> {
        let url = format!("{api}/comments");
        let answer = showing(Request::get(&url), shown.as_deref()).send().await.ok()?;
        if !answer.ok() {
            return None;
        }
        let List { comments, may_write } = answer.json().await.ok()?;
        let shared = Shared {
            keys: RefCell::new(keys(storage.as_ref(), &url)),
            url,
            shown,
            storage,
            there: RefCell::new(comments.iter().map(|sent| sent.id.clone()).collect()),
        };
        let theirs = comments.iter().map(|sent| sent.id.clone());
        let own = shared.keys.borrow();
        store.lock(theirs.filter(|id| !own.contains_key(id)).collect());
        drop(own);
        let place = match may_write {
            true => Kept::Server,
            false => store.place().try_get_untracked()?,
        };
        store.arrive(place, comments.into_iter().map(Comment::from).collect());
        may_write.then(|| Self(Rc::new(shared)))
    }

    /// Whether a comment is on the server.
    pub(super) fn has(&self, id: &str) -> bool {
        self.0.there.borrow().contains(id)
    }

    /// Makes a change there.
    ///
    /// # Errors
    /// The server did not take it: a sentence.
    pub(super) async fn send(&self, change: Change) -> Result<(), String> {
        match change {
            Change::Put(comment) => {
                // There is no changing on the server: the new one takes the place of the old.
                if self.has(&comment.id) {
                    self.remove(&comment.id).await?;
                }
                self.add(comment).await
            }
            Change::Gone(id) if self.has(&id) => self.remove(&id).await,
            Change::Gone(_) => Ok(()),
        }
    }

    async fn add(&self, comment: Comment) -> Result<(), String> {
        let id = comment.id.clone();
        // Known to be there before it is: what is asked meanwhile is not kept twice.
        self.0.there.borrow_mut().insert(id.clone());
        let sent = Sent::from(comment);
        let request = showing(Request::post(&self.0.url), self.0.shown.as_deref()).json(&sent);
        let answer = match request {
            Ok(request) => request.send().await,
            Err(error) => Err(error),
        };
        let taken = match answer {
            Ok(answer) if answer.ok() => answer.json::<Added>().await.map_err(|error| error.to_string()),
            Ok(answer) => Err(why(answer).await),
            Err(error) => Err(error.to_string()),
        };
        match taken {
            Ok(Added { key }) => {
                self.0.keys.borrow_mut().insert(id, key);
                self.keep_keys();
                Ok(())
            }
            Err(reason) => {
                self.0.there.borrow_mut().remove(&id);
                Err(format!(
                    "The server did not take the comment, so it is kept in this browser: {reason}."
                ))
            }
        }
    }

    async fn remove(&self, id: &str) -> Result<(), String> {
        let key = self.0.keys.borrow().get(id).cloned().unwrap_or_default();
        let request = Request::delete(&format!("{}/{id}", self.0.url)).header("x-comment-key", &key);
        let request = showing(request, self.0.shown.as_deref());
        let refused = |reason: String| format!("The server did not take the comment away: {reason}.");
        let answer = request.send().await.map_err(|error| refused(error.to_string()))?;
        if !answer.ok() && answer.status() != 404 {
            return Err(refused(why(answer).await));
        }
        self.0.there.borrow_mut().remove(id);
        self.0.keys.borrow_mut().remove(id);
        self.keep_keys();
        Ok(())
    }

    fn keep_keys(&self) {
        if let Some(storage) = &self.0.storage {
            let json = serde_json::to_string(&*self.0.keys.borrow()).unwrap_or_default();
            // Without room for the keys comments stay as they are.
            storage.set_item(&name(&self.0.url), &json).ok();
        }
    }
}

/// A request that says who asks.
fn showing(request: RequestBuilder, shown: Option<&str>) -> RequestBuilder {
    match shown {
        Some(shown) => request.header("authorization", &format!("Bearer {shown}")),
        None => request,
    }
}

/// Why the server did not do it.
async fn why(answer: Response) -> String {
    let status = answer.status();
    let said = answer
        .json::<Refused>()
        .await
        .map(|refused| refused.error.message);
    match said {
        Ok(said) if !said.is_empty() => said,
        _ => format!("it answers with status {status}"),
    }
}

fn name(url: &str) -> String {
    format!("playhead.comment-keys.{url}")
}

fn keys(storage: Option<&Storage>, url: &str) -> BTreeMap<String, String> {
    let kept = storage.and_then(|storage| storage.get_item(&name(url)).ok().flatten());
    kept.and_then(|kept| serde_json::from_str(&kept).ok())
        .unwrap_or_default()
}

impl From<Sent> for Comment {
    fn from(sent: Sent) -> Self {
        Self {
            id: sent.id,
            time_ms: sent.time,
            point: sent.point,
            text: sent.text,
            author: sent.author,
            at_ms: sent.created,
        }
    }
}

impl From<Comment> for Sent {
    fn from(comment: Comment) -> Self {
        Self {
            id: comment.id,
            time: comment.time_ms,
            point: comment.point,
            text: comment.text,
            author: comment.author,
            created: comment.at_ms,
        }
    }
}

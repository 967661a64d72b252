//! Comments on moments of the recording. Where they are kept is not this store's business: whoever keeps them hears of
//! each change, and says what there is.

use std::collections::BTreeSet;

use leptos::prelude::*;
use wire::point::ExecutionPoint;

use super::late::Late;
use crate::logic::{
    comments::{self, Comment},
    tracks::Series,
};

/// Comments, the one that was deleted last, and what is being written.
#[derive(Clone, Copy)]
pub struct CommentStore {
    late: Late<Signals>,
}

/// Comments, the one that was deleted last, and what is being written.
#[derive(Clone, Copy)]
struct Signals {
    all: RwSignal<Series<Comment>>,
    deleted: RwSignal<Option<Comment>>,
    /// The moment that somebody wants to comment on.
    draft: RwSignal<Option<Draft>>,
    place: RwSignal<Kept>,
    notice: RwSignal<Option<String>>,
    author: RwSignal<String>,
    /// Those of others, which this person cannot change.
    locked: RwSignal<BTreeSet<String>>,
    changes: StoredValue<Vec<Change>>,
    n_changes: RwSignal<u32>,
}

impl Default for Signals {
    fn default() -> Self {
        Self {
            all: RwSignal::new(series()),
            deleted: RwSignal::default(),
            draft: RwSignal::default(),
            place: RwSignal::default(),
            notice: RwSignal::default(),
            author: RwSignal::default(),
            locked: RwSignal::default(),
            changes: StoredValue::default(),
            n_changes: RwSignal::default(),
        }
    }
}

/// A moment that is being commented on.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// When, in ms.
    pub time_ms: f64,
    /// Where in the execution, if that is known.
    pub point: Option<ExecutionPoint>,
}

/// Where comments are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kept {
    /// Nowhere beyond this page: the browser keeps nothing.
    #[default]
    Nowhere,
    /// In this browser, for whoever uses it.
    Browser,
    /// On the server, for everybody who may see the recording.
    Server,
}

/// What became of comments, for whoever keeps them.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// One was added, or changed.
    Put(Comment),
    /// One was taken away.
    Gone(String),
}

impl Default for CommentStore {
    fn default() -> Self {
        Self { late: Late::new() }
    }
}

fn series() -> Series<Comment> {
    Series::new(|a, b| a.time_ms.total_cmp(&b.time_ms), |comment| comment.time_ms)
}

fn to_vec(series: &Series<Comment>) -> Vec<Comment> {
    series.iter().cloned().collect()
}

impl CommentStore {
    fn late(&self) -> Signals {
        self.late.get()
    }

    /// All of them, in the order of time.
    pub fn all(&self) -> Signal<Series<Comment>> {
        self.late().all.into()
    }

    /// As a list. Tracked.
    pub fn list(&self) -> Vec<Comment> {
        self.late().all.with(to_vec)
    }

    /// The moment that somebody wants to comment on.
    pub fn draft(&self) -> Signal<Option<Draft>> {
        self.late().draft.into()
    }

    /// Begins a comment on a moment, or takes it back.
    pub fn begin(&self, draft: Option<Draft>) {
        self.late().draft.set(draft);
    }

    /// What was deleted last, as long as it can be brought back.
    pub fn deleted(&self) -> Signal<Option<Comment>> {
        self.late().deleted.into()
    }

    /// Where they are kept.
    pub fn place(&self) -> Signal<Kept> {
        self.late().place.into()
    }

    /// Who writes here.
    pub fn author(&self) -> Signal<String> {
        self.late().author.into()
    }

    /// Says who writes here.
    pub fn set_author(&self, author: String) {
        self.late().author.set(author);
    }

    /// Whether a comment is somebody else's, who alone can change it. Tracked.
    pub fn is_locked(&self, id: &str) -> bool {
        self.late().locked.with(|locked| locked.contains(id))
    }

    /// Says which comments are somebody else's.
    pub fn lock(&self, locked: BTreeSet<String>) {
        self.late().locked.try_set(locked);
    }

    /// Something to tell, as a sentence.
    pub fn notice(&self) -> Signal<Option<String>> {
        self.late().notice.into()
    }

    /// Tells something, or nothing any more.
    pub fn tell(&self, notice: Option<String>) {
        self.late().notice.try_set(notice);
    }

    /// Adds a comment.
    pub fn add(&self, comment: Comment) {
        self.late().draft.set(None);
        self.put(comment);
    }

    /// Changes what one says.
    pub fn edit(&self, id: &str, text: String, at_ms: f64) {
        let known = untrack(|| self.list()).into_iter().find(|known| known.id == id);
        if let Some(known) = known.filter(|known| known.text != text) {
            self.put(Comment { text, at_ms, ..known });
        }
    }

    /// Takes one away; it can be brought back until another is.
    pub fn remove(&self, id: &str) {
        let mut all = untrack(|| self.list());
        let Some(at) = all.iter().position(|known| known.id == id) else {
            return;
        };
        let gone = all.remove(at);
        self.show(all);
        self.note(Change::Gone(gone.id.clone()));
        self.late().deleted.set(Some(gone));
    }

    /// Brings back what was deleted last, as a new comment: servers may not take the same twice.
    pub fn restore(&self, id: String) {
        if let Some(comment) = self.late().deleted.get_untracked() {
            self.late().deleted.set(None);
            self.put(Comment { id, ..comment });
        }
    }

    /// Does not offer any more to bring back what was deleted.
    pub fn forget_deleted(&self) {
        self.late().deleted.set(None);
    }

    /// Takes in a list from elsewhere. Gives how many were new.
    pub fn take_in(&self, list: Vec<Comment>) -> usize {
        let known = untrack(|| self.list());
        let (all, n_news) = comments::merged(&known, list);
        for comment in all.iter().filter(|comment| !known.contains(comment)) {
            self.note(Change::Put(comment.clone()));
        }
        self.show(all);
        n_news
    }

    /// What there is, as whoever keeps them says; nobody hears of it as a change.
    pub fn arrive(&self, place: Kept, list: Vec<Comment>) {
        self.late().place.try_set(place);
        if let Some(known) = self.late().all.try_with_untracked(to_vec) {
            self.show(comments::merged(&known, list).0);
        }
    }

    /// The changes since this was called last. Tracked: there are more when it is to be called again.
    pub fn take_changes(&self) -> Vec<Change> {
        self.late().n_changes.track();
        let mut taken = Vec::new();
        self.late().changes.update_value(|changes| taken.append(changes));
        taken
    }

    fn put(&self, comment: Comment) {
        let mut all = untrack(|| self.list());
        all.retain(|known| known.id != comment.id);
        all.push(comment.clone());
        self.show(all);
        self.note(Change::Put(comment));
    }

    fn show(&self, all: Vec<Comment>) {
        let mut series = series();
        series.add(comments::sorted(all));
        self.late().all.try_set(series);
    }

    fn note(&self, change: Change) {
        self.late().changes.update_value(|changes| changes.push(change));
        self.late().n_changes.update(|n_changes| *n_changes += 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logic::comments::tests::comment;

    fn texts(store: CommentStore) -> Vec<String> {
        untrack(|| store.list())
            .into_iter()
            .map(|comment| comment.text)
            .collect()
    }

    #[test]
    fn what_is_deleted_can_be_brought_back() {
        let owner = Owner::new();
        owner.set();
        let store = CommentStore::default();
        store.add(comment("a", 5.0, "later", 1.0));
        store.add(comment("b", 1.0, "earlier", 2.0));
        assert_eq!(texts(store), ["earlier", "later"]);
        store.edit("b", "changed".to_owned(), 3.0);
        store.remove("a");
        assert_eq!(texts(store), ["changed"]);
        store.restore("c".to_owned());
        assert_eq!(texts(store), ["changed", "later"]);
        assert_eq!(store.deleted().get_untracked(), None);
        let changes = store.take_changes();
        let said: Vec<String> = changes
            .iter()
            .map(|change| match change {
                Change::Put(comment) => format!("{} {}", comment.id, comment.text),
                Change::Gone(id) => format!("{id} gone"),
            })
            .collect();
        assert_eq!(said, ["a later", "b earlier", "b changed", "a gone", "c later"]);
        assert_eq!(store.take_changes(), Vec::new());
    }

    #[test]
    fn what_arrives_is_no_change_and_what_is_taken_in_is() {
        let owner = Owner::new();
        owner.set();
        let store = CommentStore::default();
        store.arrive(Kept::Browser, vec![comment("a", 5.0, "kept", 1.0)]);
        assert_eq!(store.take_changes(), Vec::new());
        let news = vec![comment("a", 5.0, "kept", 1.0), comment("b", 6.0, "new", 1.0)];
        assert_eq!(store.take_in(news), 1);
        assert_eq!(store.take_changes(), [Change::Put(comment("b", 6.0, "new", 1.0))]);
        assert_eq!(store.place().get_untracked(), Kept::Browser);
    }
}
